import { Client } from "./client";
import type { ClientOptions } from "./options";

export {
  type Attachment,
  type AuditEntry,
  type AuditKind,
  type BlockedPerson,
  type ChangeGuildChannel,
  type ChangeRole,
  type ChannelRequest,
  type CompletedUpload,
  type ComposedCommand,
  type GuildBan,
  type GuildMemberInfo,
  type GuildOverride,
  type GuildRole,
  type GuildSummary,
  type GuildView,
  type Invite,
  type InvitePreview,
  MUTED_FOREVER,
  type NotificationSettings,
  type NotifyLevel,
  type OpenTo,
  type PresenceMode,
  type PresenceStatus,
  type PushDevice,
  type RegistrationMode,
  type Report,
  type ReportCategory,
  type ReportOutcome,
  type ReportReceipt,
  type SearchHit,
  type SearchPage,
  type ServerInfo,
} from "../protocol";
export { type Accounts, isGone } from "./account/accounts";
export type { NewGroup } from "./account/groups";
export type { GuildInviteOptions, InviteDestination, InviteOptions, Invites } from "./account/invites";
export type { Push } from "./account/push";
export type { ReportedMessage, ReportOptions, Safety } from "./account/safety";
export type { SearchRequest } from "./account/search";
export type { ActiveCall } from "./calls/active-call";
export type { QualityBars } from "./calls/bandwidth";
export { areCallsPossible, type CallOptions, type ClientCalls } from "./calls/calls";
export type { ConnectionTestResult } from "./calls/connection-test";
export type { AddressPolicy } from "./calls/ice-servers";
export type { ChosenDevices, DeviceKind, DeviceProblem, LocalMediaView } from "./calls/local-media";
export type { CallRuntime, MediaTrack } from "./calls/rtc";
export type { CallEnd, CallParticipant, CurrentCallView, RingingCall } from "./calls/views";
export type { SentMessage } from "./channel/changes";
export type { ChannelHandle, UploadOptions } from "./channel/handle";
export type { SendOptions, ThreadHandle } from "./channel/thread";
export type {
  ChannelNotice,
  ChannelView,
  MessageDelivery,
  MessageVersionView,
  MessageView,
  OutgoingFileView,
  Phase,
  RefusedText,
  SlowModeView,
  ThreadView,
} from "./channel/views";
export type { GuildChannels, NewGuildChannel, OverridePlace } from "./guild/channels";
export type { Guilds, NewGuild } from "./guild/guilds";
export type { GuildDetails, GuildHandle, GuildPhase } from "./guild/handle";
export type { GuildMemberList, MemberListView } from "./guild/member-list";
export type { AuditQuery, BanOptions, GuildModeration, PurgeOptions, TimeOutOptions } from "./guild/moderation";
export type { GuildRoles, NewRole } from "./guild/roles";
export { isMuted, type MuteEnd } from "./inbox/channel-settings";
export type { Drafts } from "./inbox/drafts";
export type { FormerChannels } from "./inbox/former-channels";
export type { PresenceWatcher } from "./inbox/presence";
export type { Requests } from "./inbox/requests";
export type { DraftView, FormerChannel, InboxEntry, PresenceView } from "./inbox/views";
export type { ChangeKind } from "./outbox/command-composer";
export type { FileInput, LocalFile, StreamFile } from "./outbox/file-source";
export type { UploadRequest } from "./outbox/file-upload";
export {
  type FileVariantBytes,
  memoryOutbox,
  type Outbox,
  type OutboxEntry,
  type OutgoingFile,
  type RefusalCode,
} from "./outbox/outbox";
export { ParleyError } from "./parley-error";
export { Cell, type Store } from "./store";
export type { Clock } from "./transport/clock";
export type { ConnectionState, Transport } from "./transport/connection-state";
export type { ServerClock } from "./transport/server-clock";
export type { SocketConstructor, SocketLike } from "./transport/web-socket";

export type { Client, ClientOptions };

/** Creates a client for one person. It does nothing until one of its methods is called. */
export const createClient = (options: ClientOptions = {}): Client => new Client(options);
