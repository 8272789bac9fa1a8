import type { InboxEntry } from "../../sdk";
import { detailsText } from "../../text/details";
import { Section } from "../controls/section";
import { useWords } from "../text/use-text";
import { Level } from "./level";
import { Mute } from "./mute";

/** How loud a channel is for me. */
export function Notifications({ entry }: { entry: InboxEntry }) {
  const { notifications: words } = useWords(detailsText);
  // Nobody is told of their own notes.
  const isMine = entry.members.length === 1 && entry.kind === "direct";
  return (
    <Section title={words.title} hint={words.hint}>
      {!isMine && <Level entry={entry} />}
      <Mute entry={entry} />
    </Section>
  );
}
