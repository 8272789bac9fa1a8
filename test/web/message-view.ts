// A message of the SDK with default values.
import type { MessageView } from "../../src/sdk";

export const messageView = (message: Partial<MessageView> & { seq: number | null; author: string }): MessageView => ({
  key: `k${message.seq}`,
  at: 0,
  state: "live",
  text: "hi",
  attachments: [],
  edited: false,
  mentions: null,
  reply: null,
  forwarded: false,
  thread: null,
  reactions: [],
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
  delivery: { state: "sent" },
  body: null,
  ...message,
});
