// Who calls in the authorisation matrix, and what each of them may do: the table from which all
// expectations follow. It is written by hand and shares no code with the server.
import { type GuildPermission, guildPermission, type Permission } from "../../../src/protocol";

/** Permissions that somebody has by a role of their own, besides what everyone has. */
const inEveryone: readonly GuildPermission[] = ["view", "history"];
const single = guildPermission.options.filter((name) => name !== "administrator" && !inEveryone.includes(name));
type SingleName = `role:${GuildPermission}`;

/**
 * `exMember` was removed, and `banned` was banned. `timedOut` has the role of moderators and is
 * timed out. `author` wrote the messages that are addressed. `newcomer` may not read what is older
 * than their override; `silenced` is denied `send` by an override of the text
 * channel; `insider` has a role with overrides in the announcement and the private channel.
 * `role:x` has the permission x and what everyone has.
 */
export type PersonName =
  | ("outsider" | "exMember" | "banned" | "member" | "author" | "newcomer" | "silenced" | "insider")
  | ("timedOut" | "moderator" | "administrator" | "owner")
  | SingleName;
/** `ended`: the session of the owner has ended. `endedAccess`: the same, by its access token. */
export type Caller = PersonName | "anonymous" | "ended" | "endedAccess";

const roleCallers = single.map((name): SingleName => `role:${name}`);
export const people: readonly PersonName[] = [
  ...(["outsider", "exMember", "banned", "member", "author", "newcomer", "silenced", "insider"] as const),
  ...(["timedOut", "moderator", "administrator", "owner"] as const),
  ...roleCallers,
];
export const callers: readonly Caller[] = ["anonymous", "ended", "endedAccess", ...people];

const talk: readonly GuildPermission[] = ["send", "thread", "react", "edit_own", "delete_own"];
const moderation: readonly GuildPermission[] = ["pin", "delete_any", "mention_all", "kick", "manage_channels"];
const everything = guildPermission.options;
/** Channels of a guild have no calls, except those of the type `voice`, which the matrix lacks. */
const inChannel = everything.filter((name) => !/^(call|speak|video|share)$/.test(name));

/**
 * What each role grants besides that of everyone. The order is that of the hierarchy, lowest first.
 */
export const grants: Readonly<Record<string, readonly GuildPermission[]>> = {
  // The roles that callers change and give: `strong` is low too, and grants what few have.
  spare: [],
  strong: ["kick"],
  low: [],
  ...Object.fromEntries(single.map((name) => [`role:${name}`, [name]])),
  talker: talk,
  insider: [],
  moderator: [...talk, ...moderation],
  administrator: ["administrator"],
  high: [],
};
const withoutRole: ReadonlySet<Caller> = new Set(["outsider", "exMember", "banned", "member", "owner"]);
/** The highest role of each person; null for none. */
const roleOf = (who: PersonName): string | null => {
  if (withoutRole.has(who)) return null;
  if (who === "timedOut") return "moderator";
  return who === "author" || who === "newcomer" || who === "silenced" ? "talker" : who;
};

export { roleOf as heldRole };

/** Members until they were removed. */
export const isFormer = (who: Caller): boolean => who === "exMember" || who === "banned";
const outside: ReadonlySet<Caller> = new Set(["anonymous", "ended", "endedAccess", "outsider"]);
export const isMember = (who: Caller): who is PersonName => !outside.has(who) && !isFormer(who);

/** What a person may do in the guild outside of channels. */
export function permissionsInGuild(who: PersonName): readonly GuildPermission[] {
  if (!isMember(who)) return [];
  if (who === "owner" || who === "administrator") return everything;
  if (who === "timedOut") return inEveryone;
  return [...inEveryone, ...(grants[roleOf(who) ?? ""] ?? [])];
}

/** The place in the hierarchy: the owner is above all roles, and who has no role is below. */
export function rankOf(who: PersonName): number {
  if (who === "owner") return Number.POSITIVE_INFINITY;
  return Object.keys(grants).indexOf(roleOf(who) ?? "") + 1;
}
export const rankOfRole = (role: string): number => Object.keys(grants).indexOf(role) + 1;

export const channelNames = ["direct", "group", "text", "announcement", "private"] as const;
/** Channels that a caller can address. Nobody sees the last three. */
export const places = [...channelNames, "foreign", "deleted", "deletedGroup", "unknown"] as const;
export type Place = (typeof places)[number];
export const isOfGuild = (place: Place): boolean =>
  place === "text" || place === "announcement" || place === "private" || place === "foreign";

const ofCalls: readonly Permission[] = ["call", "speak", "video", "share"];
const inPair: readonly Permission[] = ["read", "send", "react", "pin", "edit_own", "delete_own", ...ofCalls];
const inGroup: readonly Permission[] = [...inPair, "invite"];
const ofAdmin: readonly Permission[] = ["delete_any", "mention_all", "manage"];

/** What a person may do in a channel; null if they may not even know of it. */
export function permissionsIn(who: PersonName, place: Place): readonly Permission[] | null {
  switch (place) {
    case "direct":
      return who === "author" || who === "member" ? inPair : null;
    case "group":
      if (who === "owner" || who === "administrator") return [...inGroup, ...ofAdmin];
      return who === "author" || who === "member" ? inGroup : null;
    case "foreign":
      return who === "owner" || who === "administrator" ? inChannel : null;
    case "deleted":
    case "deletedGroup":
    case "unknown":
      return null;
    default:
      return inGuildChannel(who, place);
  }
}

function inGuildChannel(who: PersonName, place: "text" | "announcement" | "private"): readonly Permission[] | null {
  if (!isMember(who)) return null;
  if (who === "owner" || who === "administrator") return inChannel;
  // Only the role of insiders has an override that shows them the private channel.
  if (place === "private" && who !== "insider") return null;
  const lost: Permission[] = [
    ...(who === "newcomer" ? (["history"] as const) : []),
    ...(who === "silenced" && place === "text" ? (["send"] as const) : []),
    ...(place === "announcement" ? (["send"] as const) : []),
  ];
  const gained: Permission[] = who === "insider" && place === "announcement" ? ["send"] : [];
  const left = [...permissionsInGuild(who).filter((name) => !lost.includes(name)), ...gained];
  if (who.startsWith("role:call")) return left.filter((name) => inChannel.includes(name as never));
  // Without `send` there are no replies in threads, mentions of everyone and attachments.
  const needSend: readonly Permission[] = ["thread", "mention_all", "attach"];
  return left.includes("send") ? left : left.filter((name) => !needSend.includes(name));
}

/** Whether a person may read what was written before the overrides of the matrix were made. */
export function readsOlder(who: PersonName, place: Place): boolean {
  const permissions = permissionsIn(who, place);
  return permissions !== null && (!isOfGuild(place) || permissions.includes("history"));
}
