// A chat of the list with default values.
import type { InboxEntry } from "../../src/sdk";

type Listed = Partial<Omit<InboxEntry, "row">> & { row?: Partial<InboxEntry["row"]> };

export const inboxEntry = ({ row, ...entry }: Listed = {}): InboxEntry => ({
  isUnread: (row?.unread ?? 1) > 0,
  isMentioned: (row?.mentions ?? 0) > 0,
  ...{ id: "c_1", kind: "direct", name: "", topic: "", history: "all", createdBy: "u_bob", members: [], roster: [] },
  pending: [],
  mutedUntil: 0,
  level: "all",
  ...entry,
  row: {
    channel: entry.id ?? "c_1",
    epochNumber: 1,
    head: 9,
    preview: null,
    read: 0,
    unreadFrom: null,
    unread: 1,
    mentions: 0,
    at: 0,
    ...row,
  },
});
