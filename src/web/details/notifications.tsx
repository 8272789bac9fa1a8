import type { InboxEntry } from "../../sdk";
import { Section } from "../settings/section";
import { useWords } from "../text/language";
import { Level } from "./level";
import { Mute } from "./mute";
import { muteWords } from "./words";

/** How loud a channel is for me. */
export function Notifications({ entry }: { entry: InboxEntry }) {
  const words = useWords(muteWords);
  // Nobody is told of their own notes.
  const isMine = entry.members.length === 1 && entry.kind === "direct";
  return (
    <Section title={words.title} hint={words.hint}>
      {!isMine && <Level entry={entry} />}
      <Mute entry={entry} />
    </Section>
  );
}
