// The bodies of HTTP requests and answers.
import * as z from "zod";
import { attachment, keptAttachments, sentAttachments } from "./attachment";
import { channelKinds } from "./channel-kind";
import { commandIdentity, mustShowSomething, seenMessages, showsSomething } from "./commands";
import { serverInfo } from "./discovery";
import { channelId, guildId, nonce, position, seq, sessionId, time, userId } from "./ids";
import { limits } from "./limits";
import { message } from "./message";
import { presenceMode } from "./presence";
import { notificationSettings } from "./push";
import { channelKind, historyAccess, role } from "./roles";
import { openTo } from "./settings";
import { displayName, longText, newHandle, password, topic } from "./text";

export const profile = z.object({ id: userId, handle: z.string(), name: z.string() }).meta({ id: "Profile" });
/** A union, because the OpenAPI document shows `nullable` of a named schema as one without null. */
export const profileOrNull = z.union([profile, z.null()]);
export const me = profile
  .extend({
    session: sessionId,
    createdAt: time,
    /** Whether nobody could register my handle now. I may choose another one. */
    needsHandle: z.boolean().default(false),
    /** Whether others see my receipts. */
    receipts: z.boolean(),
    /** My presence mode. */
    presence: presenceMode.default("auto"),
    /** Who needs no request to me: my setting, or the default of the deployment. */
    openTo: openTo.default("everyone"),
    /** My notification settings for all channels. */
    notifications: notificationSettings.default({ previews: true, quiet: null }),
  })
  .meta({ id: "Me" });
/**
 * How many objects (channels, and my inbox) have not confirmed a change yet. It is absent when all
 * have. The server delivers to the rest within a minute of the time at which they can be reached.
 */
const pending = z.int().min(1);
/** My account after a change. */
export const changedProfile = me.extend({ pending: pending.optional() }).meta({ id: "ChangedProfile" });
export const changeProfile = z
  .object({
    name: displayName,
    /** Another handle, only if I need one. */
    handle: newHandle,
    receipts: z.boolean(),
    presence: presenceMode,
    /** Null restores the default of the deployment. */
    openTo: openTo.nullable(),
  })
  .partial()
  .meta({ id: "ChangeProfile" });
export const changePassword = z
  .object({ current: z.string().max(1024), next: password })
  .meta({ id: "ChangePassword", description: "A changed password signs out every other session." });

/**
 * `token` and `deviceProof` replace those of a program; a browser gets cookies instead. Those
 * before are no longer valid. `pending` is the number of objects on which other sessions are still
 * being ended.
 */
export const changedPassword = z
  .object({
    token: z.string().max(256).optional(),
    deviceProof: z.string().max(limits.deviceProofCharacters).optional(),
    pending: pending.optional(),
  })
  .meta({ id: "ChangedPassword" });
/** The answer to the end of a session that some objects have not confirmed yet. */
export const endingSession = z.object({ pending }).meta({ id: "EndingSession" });

/** Erases an account. It needs the password, because an erasure cannot be undone. */
export const eraseAccount = z.object({ password: z.string().max(1024) }).meta({ id: "EraseAccount" });

/** Who may register. `invite`: people with a valid invite to anything on this server. */
export const registrationMode = z.enum(["open", "invite", "closed"]);
/** What a page needs to know before a person signs in. */
export const registrationInfo = z.object({ mode: registrationMode }).meta({ id: "RegistrationInfo" });

export const registration = z
  .object({
    handle: newHandle,
    password,
    name: displayName,
    /** The code of an invite, where the server requires one. It stays unused until it is used. */
    invite: z.string().max(limits.typedInviteCharacters).optional(),
  })
  .meta({ id: "Registration" });
/** `deviceProof` is the one of an earlier sign-in; a page sends it as a cookie instead. */
export const credentials = z
  .object({
    handle: z.string().max(256),
    password: z.string().max(1024),
    deviceProof: z.string().max(limits.deviceProofCharacters).optional(),
  })
  .meta({ id: "Credentials" });

/** Where the session token goes: into a cookie, for a page of the same origin, or into the body. */
export const tokenDelivery = z.object({ keep: z.enum(["cookie", "token"]).default("cookie") });

/**
 * `token` and `deviceProof` are present if `keep` was `token`. They are never shown again. The next
 * sign-in to this account may send `deviceProof`: then no guesses of strangers can delay it.
 */
export const signedIn = z
  .object({ me, token: z.string().optional(), deviceProof: z.string().optional() })
  .meta({ id: "SignedIn" });

export const session = z
  .object({
    id: sessionId,
    /** The user agent of the browser or program. */
    agent: z.string(),
    createdAt: time,
    seenAt: time,
    current: z.boolean(),
  })
  .meta({ id: "Session" });

const listOf = <T extends z.ZodType>(item: T, id: string) =>
  z.object({ items: z.array(item), next: z.string().nullable() }).meta({ id });

export const sessionList = listOf(session, "SessionList");
export const profileList = listOf(profile, "ProfileList");

export const member = z.object({ user: profile, role, joinedAt: time }).meta({ id: "Member" });
export const channel = z
  .object({
    id: channelId,
    kind: channelKind,
    /**
     * The name of a group; empty for a direct channel. Clients show the members of a direct channel
     * instead.
     */
    name: z.string(),
    topic: z.string(),
    history: historyAccess,
    createdAt: time,
    createdBy: userId,
    /** The members; of a large channel only me. */
    members: z.array(member),
    /** True if the channel is large: see `fullChannelViewers`. Left out otherwise. */
    large: z.boolean().optional(),
    /** People who were asked and are not members yet. Left out if there are none. */
    pending: z.array(profile).optional(),
    /** The guild of the channel; left out for direct channels and groups. */
    guild: guildId.optional(),
  })
  .meta({ id: "Channel" });
export const channelList = listOf(channel, "ChannelList");
/**
 * Opens the direct channel with a user; with oneself, the channel for notes. A pair has one
 * channel, so a repeat opens the same one.
 */
const openDirect = z.object({ kind: z.literal("direct"), user: userId });
/** Creates a group with these members and me as owner. The same `nonce` is the same group. */
const openGroup = z.object({
  kind: z.literal("group"),
  nonce,
  name: displayName,
  topic: topic.default(""),
  history: historyAccess.default(channelKinds.group.history),
  members: z.array(userId).max(limits.groupMembers - 1),
});
export const openChannel = z.discriminatedUnion("kind", [openDirect, openGroup]).meta({ id: "OpenChannel" });
/** Changes a group. Needs the permission `manage`. */
export const changeChannel = z.object({ name: displayName, topic }).partial().meta({ id: "ChangeChannel" });
/**
 * Adds a member or changes their role. The role `owner` transfers the group. Without a role a new
 * member is a `member`, and the role of a member stays.
 */
export const putMember = z.object({ role: role.optional() }).meta({ id: "PutMember" });

/**
 * What identifies a command over HTTP: the same fields as on a socket, or an `Idempotency-Key`
 * header.
 */
const command = z.object(commandIdentity).partial();
export const sendMessage = command
  .extend({
    text: longText,
    attachments: sentAttachments.optional(),
    replyTo: seq.optional(),
    thread: seq.optional(),
    toChannel: z.boolean().optional(),
    forwarded: z.boolean().optional(),
  })
  .refine(showsSomething, mustShowSomething)
  .meta({ id: "SendMessage" });
export const editMessage = command
  .extend({ text: longText, attachments: keptAttachments.optional() })
  .meta({ id: "EditMessage" });
/**
 * Deletes, reacts, pins or follows. A repeat of such a change does no harm, so the identifying
 * fields are optional.
 */
export const changeMessage = command.meta({ id: "ChangeMessage" });
/** The parts of a message before its edits, oldest first. */
export const versionList = listOf(
  z.object({ text: z.string(), version: seq, at: time, attachments: z.array(attachment).optional() }),
  "VersionList",
);
export const pinList = listOf(message, "PinList");
export const appended = z.object({ seq, at: time, nonce, duplicate: z.boolean() }).meta({
  id: "Appended",
  description: "The entry of a command. `duplicate` when an earlier request had appended it.",
});
export const markRead = z.object({ seq: position, seen: seenMessages.optional() }).meta({ id: "MarkRead" });
export const markUnread = z.object({ seq: position }).meta({ id: "MarkUnread" });
export const marked = z.object({ seq: position }).meta({ id: "Marked" });

export const gatewayAnswer = z
  .object({
    /**
     * Opens sockets until `expiresAt`. It is sent as the subprotocol `token.<token>`, never in a
     * URL.
     */
    token: z.string(),
    expiresAt: time,
    protocol: z.int(),
    heartbeatMs: z.int(),
    user: userId,
    /** What the server says of itself. An earlier server does not say it. */
    server: serverInfo.optional(),
  })
  .meta({ id: "Gateway" });
export type Profile = z.infer<typeof profile>;
export type Me = z.infer<typeof me>;
export type RegistrationMode = z.infer<typeof registrationMode>;
export type Session = z.infer<typeof session>;
export type Member = z.infer<typeof member>;
export type ChannelInfo = z.infer<typeof channel>;
export type Appended = z.infer<typeof appended>;
export type GatewayAnswer = z.infer<typeof gatewayAnswer>;
export type Credentials = z.infer<typeof credentials>;
export type SignedIn = z.infer<typeof signedIn>;
