import { useMemo } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { ChannelLink } from "./channel-link";

interface ChannelListProps {
  entries: readonly InboxEntry[];
  me: Me;
  current: string | null;
}

export function ChannelList({ entries, me, current }: ChannelListProps) {
  const recent = useMemo(() => entries.toSorted((one, other) => other.row.at - one.row.at), [entries]);
  return (
    <ul className="channel-list">
      {recent.map((entry) => (
        <li key={entry.id}>
          <ChannelLink entry={entry} me={me} isCurrent={entry.id === current} />
        </li>
      ))}
    </ul>
  );
}
