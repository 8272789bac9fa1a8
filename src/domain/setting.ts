// The settings that all devices of a person share, as the user object stores and sends them.
import type { ChannelLevel, Draft, GuildId, Mute, NotificationSettings, PersonBlock, PresenceMode } from "../protocol";

/** A setting that all devices of a person share. */
export type Setting =
  /**
   * `ageMs`: how long before this call the person wrote the draft. Such a draft does not replace
   * one that was written later.
   */
  | { kind: "draft"; draft: Draft; ageMs?: number }
  | { kind: "mute"; mute: Mute }
  | { kind: "level"; level: ChannelLevel }
  | { kind: "block"; block: PersonBlock }
  | { kind: "presence"; presence: PresenceMode }
  | { kind: "notifications"; notifications: NotificationSettings }
  /** The list of requests changed. The directory has the list. */
  | { kind: "requests" }
  /** A guild of the person changed, or they joined or left it. The directory has the guild. */
  | { kind: "guilds"; guild: GuildId };

/** A setting that the push consumer reads in the directory. */
export type NotificationSetting = Extract<Setting, { kind: "mute" | "level" | "notifications" }>;

/** A setting that the directory needs. */
export type DirectorySetting = NotificationSetting | Extract<Setting, { kind: "block" }>;
