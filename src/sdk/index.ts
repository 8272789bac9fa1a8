export type { Accounts } from "./accounts";
export type { ChannelHandle } from "./channel-handle";
export { type Client, createClient } from "./client";
export type { Clock } from "./clock";
export type { NewGroup } from "./groups";
export type { ClientOptions } from "./options";
export { type ComposedCommand, memoryOutbox, type Outbox, type OutboxEntry } from "./outbox";
export { ParleyError } from "./parley-error";
export { Cell, type Store } from "./store";
export type { SendOptions, ThreadHandle } from "./thread-handle";
export type {
  ChangeKind,
  ChannelNotice,
  ChannelView,
  ConnectionState,
  Delivery,
  InboxEntry,
  MessageView,
  Phase,
  ThreadView,
  Transport,
} from "./views";
export type { SocketConstructor, SocketLike } from "./web-socket";
