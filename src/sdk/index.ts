export {
  MUTED_FOREVER,
  type NotificationSettings,
  type NotifyLevel,
  type PresenceMode,
  type PresenceStatus,
  type PushDevice,
  type SearchHit,
  type SearchPage,
} from "../protocol";
export type { Accounts } from "./accounts";
export type { ChannelHandle } from "./channel-handle";
export { type Client, createClient } from "./client";
export type { Clock } from "./clock";
export type { Drafts } from "./drafts";
export type { NewGroup } from "./groups";
export { isMuted } from "./mutes";
export type { ClientOptions } from "./options";
export { type ComposedCommand, memoryOutbox, type Outbox, type OutboxEntry } from "./outbox";
export { ParleyError } from "./parley-error";
export type { Presence } from "./presence";
export { isGone } from "./profiles";
export type { Push } from "./push";
export type { Search } from "./searching";
export { Cell, type Store } from "./store";
export type { SendOptions, ThreadHandle } from "./thread-handle";
export type {
  ChangeKind,
  ChannelNotice,
  ChannelView,
  ConnectionState,
  Delivery,
  DraftView,
  InboxEntry,
  MessageView,
  Phase,
  PresenceView,
  ThreadView,
  Transport,
} from "./views";
export type { SocketConstructor, SocketLike } from "./web-socket";
