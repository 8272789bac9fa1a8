import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { ChannelLink } from "./channel-link";

interface ChannelListProps {
  entries: readonly InboxEntry[];
  me: Me;
  current: string | null;
}

export function ChannelList({ entries, me, current }: ChannelListProps) {
  return (
    <ul className="channel-list">
      {entries.map((entry) => (
        <li key={entry.id}>
          <ChannelLink entry={entry} me={me} isCurrent={entry.id === current} />
        </li>
      ))}
    </ul>
  );
}
