import { channelKinds } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { detailsText } from "../../text/details";
import { useWords } from "../app/use-text";
import { Section } from "../controls/section";
import { Level } from "./level";
import { Mute } from "./mute";

/** My notifications of a channel: notify level and mute. */
export function Notifications({ entry }: { entry: InboxEntry }) {
  const { notifications: words } = useWords(detailsText);
  // Notes to myself cause no notifications.
  const isPair = channelKinds[entry.kind].roster === "pair";
  const isMine = isPair && entry.members.length === 1 && entry.pending.length === 0;
  return (
    <Section title={words.title} hint={words.hint}>
      {!isMine && <Level entry={entry} />}
      <Mute entry={entry} />
    </Section>
  );
}
