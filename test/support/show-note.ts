import type { ShowNote } from "../../src/text/notification-composer";

/** A notification about a message of a group. */
export const showNote: ShowNote = {
  ...{ type: "show", key: "k9", channel: "c_1", epochNumber: 1, user: "u_alice", kind: "group", seq: 9, through: 9 },
  ...{ thread: null, name: "Deck", author: { id: "u_bob", name: "Bob" }, text: "North?", mention: false },
  ...{ unread: 3, at: 1_000 },
};
