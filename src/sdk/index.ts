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
export type { Accounts } from "./account/accounts";
export type { NewGroup } from "./account/groups";
export { isGone } from "./account/profiles";
export type { Push } from "./account/push";
export type { Search } from "./account/search";
export type { ChannelHandle } from "./channel/handle";
export type { SendOptions, ThreadHandle } from "./channel/thread";
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
} from "./channel/views";
export { type Client, createClient } from "./client";
export type { Drafts } from "./inbox/drafts";
export { isMuted } from "./inbox/mutes";
export type { Presence } from "./inbox/presence";
export type { ClientOptions } from "./options";
export { type ComposedCommand, memoryOutbox, type Outbox, type OutboxEntry } from "./outbox/outbox";
export { ParleyError } from "./parley-error";
export { Cell, type Store } from "./store";
export type { Clock } from "./transport/clock";
export type { SocketConstructor, SocketLike } from "./transport/web-socket";
