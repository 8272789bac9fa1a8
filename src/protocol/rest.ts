// Bodies of the HTTP surface.
import * as z from "zod";
import { commandIdentity } from "./commands";
import { channelId, nonce, position, seq, sessionId, time, userId } from "./ids";
import { limits } from "./limits";
import { message } from "./message";
import { presenceMode } from "./presence";
import { notificationSettings } from "./push";
import { channelKind, historyAccess, role } from "./roles";
import { displayName, handle, messageText, password, topic } from "./text";

export const profile = z.object({ id: userId, handle: z.string(), name: z.string() }).meta({ id: "Profile" });
export const me = profile
  .extend({
    session: sessionId,
    createdAt: time,
    /** Whether others see how far I have read. */
    receipts: z.boolean(),
    /** What I want to be seen as. */
    presence: presenceMode.default("auto"),
    /** How I am told, whatever the channel. */
    notifications: notificationSettings.default({ previews: true, quiet: null }),
  })
  .meta({ id: "Me" });
export const changeProfile = z
  .object({ name: displayName, receipts: z.boolean(), presence: presenceMode })
  .partial()
  .meta({ id: "ChangeProfile" });
export const changePassword = z
  .object({ current: z.string().max(1024), next: password })
  .meta({ id: "ChangePassword", description: "Changing it signs out every other session." });

/** Ends an account for good; the password again, because there is no way back. */
export const eraseAccount = z.object({ password: z.string().max(1024) }).meta({ id: "EraseAccount" });

export const registration = z.object({ handle, password, name: displayName }).meta({ id: "Registration" });
export const credentials = z
  .object({ handle: z.string().max(256), password: z.string().max(1024) })
  .meta({ id: "Credentials" });

/** Where the session token goes: a cookie for the page of the same origin, or the answer's body for everything else. */
export const tokenDelivery = z.object({ keep: z.enum(["cookie", "token"]).default("cookie") });

/** `token` is present when `keep` was `token`: the only time it is ever shown. */
export const signedIn = z.object({ me, token: z.string().optional() }).meta({ id: "SignedIn" });

export const session = z
  .object({
    id: sessionId,
    /** The browser or program, as it named itself. */
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
    /** Empty for a direct channel, which is called by its people. */
    name: z.string(),
    topic: z.string(),
    history: historyAccess,
    createdAt: time,
    createdBy: userId,
    members: z.array(member),
  })
  .meta({ id: "Channel" });
export const channelList = listOf(channel, "ChannelList");
/** A direct channel with that person (with oneself: a place for notes). There is one per pair, however often it is asked for. */
const openDirect = z.object({ kind: z.literal("direct"), user: userId });
/** A group of mine with these people in it. The same `nonce` is the same group. */
const openGroup = z.object({
  kind: z.literal("group"),
  nonce,
  name: displayName,
  topic: topic.default(""),
  history: historyAccess.default("all"),
  members: z.array(userId).max(limits.groupMembers - 1),
});
export const openChannel = z.discriminatedUnion("kind", [openDirect, openGroup]).meta({ id: "OpenChannel" });
/** What a group's managers may change; a direct channel has none of it. */
export const changeChannel = z.object({ name: displayName, topic }).partial().meta({ id: "ChangeChannel" });
/** `owner` hands the group over. */
export const putMember = z.object({ role: role.default("member") }).meta({ id: "PutMember" });

/** How HTTP names a command: as a socket does, or by an `Idempotency-Key` header alone. */
const command = z.object(commandIdentity).partial();
export const sendMessage = command
  .extend({ text: messageText, replyTo: seq.optional(), thread: seq.optional() })
  .meta({ id: "SendMessage" });
export const editMessage = command.extend({ text: messageText }).meta({ id: "EditMessage" });
/** A change that repeats itself (deleting, reacting, pinning, following) needs no name of its own. */
export const changeMessage = command.meta({ id: "ChangeMessage" });
/** What a message said before it was edited, oldest first. */
export const versionList = listOf(z.object({ text: z.string(), version: seq, at: time }), "VersionList");
export const pinList = listOf(message, "PinList");
export const appended = z.object({ seq, at: time, nonce, duplicate: z.boolean() }).meta({
  id: "Appended",
  description: "Where a command stands in the log; `duplicate` when it had been there before.",
});
export const markRead = z.object({ seq: position }).meta({ id: "MarkRead" });
export const marked = z.object({ seq: position }).meta({ id: "Marked" });

export const gatewayAnswer = z
  .object({
    /** Opens sockets for `expiresAt - now`; sent as the subprotocol `token.<token>`, never in a URL. */
    token: z.string(),
    expiresAt: time,
    protocol: z.int(),
    heartbeatMs: z.int(),
    user: userId,
  })
  .meta({ id: "Gateway" });

export type Profile = z.infer<typeof profile>;
export type Me = z.infer<typeof me>;
export type Session = z.infer<typeof session>;
export type Member = z.infer<typeof member>;
export type Channel = z.infer<typeof channel>;
export type Appended = z.infer<typeof appended>;
export type GatewayAnswer = z.infer<typeof gatewayAnswer>;
export type SignedIn = z.infer<typeof signedIn>;
