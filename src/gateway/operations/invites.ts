// What members ask of invites: making, using and revoking them, and their previews.
import { findProfile } from "../../directory/accounts";
import { findChannel } from "../../directory/channels";
import type { Database } from "../../directory/database";
import type { InviteUse } from "../../directory/invite-rule";
import { enterDirect, enterGroup, groupRefusal } from "../../directory/invite-uses";
import {
  createInvite,
  type FoundInvite,
  findInvite,
  type InviteProposal,
  type InviteRow,
  revokeInvite,
} from "../../directory/invites";
import { ChatError } from "../../domain/error";
import { authoriseGroupChange } from "../../domain/member-permission";
import { roughCount } from "../../domain/rough-count";
import { type ChannelId, type GuildId, type Invite, type InvitePreview, iconTone, type UserId } from "../../protocol";
import { landingIn, revokeGuildInvite, tryEnterGuild } from "./guild-invites";

/** How often a use is decided. It is decided again only if another request was faster. */
const ATTEMPTS = 10;

/**
 * Throws `not_found`, `channel_is_direct` or `forbidden` unless a person may invite people to a
 * channel.
 */
export async function requireInviter(db: Database, channel: ChannelId, user: UserId): Promise<void> {
  const found = await findChannel(db, channel, user);
  const me = found?.members.find((member) => member.user.id === user);
  if (!found || !me) throw new ChatError("not_found");
  authoriseGroupChange(found.kind, me.role, { kind: "add", role: "member" });
}

/**
 * Creates an invite to a group, or to the person who makes it. Throws `not_found`, `forbidden`,
 * `channel_is_direct`, `too_many_invites`.
 */
export async function makeInvite(db: Database, proposal: InviteProposal): Promise<Invite> {
  const { targetKind, target, createdBy } = proposal;
  if (targetKind === "group") await requireInviter(db, target, createdBy);
  const created = await createInvite(db, proposal);
  if (created) return shownInvite(created);
  // The permission or the account may have ended since.
  if (targetKind === "group") await requireInviter(db, target, createdBy);
  if (!(await findProfile(db, { id: createdBy }))) throw new ChatError("sign_in_required");
  throw new ChatError("too_many_invites");
}

/** An invite to a group or a person. */
export const shownInvite = ({ targetKind, target, roles: _, ...invite }: InviteRow): Invite => ({
  ...invite,
  kind: targetKind,
  channel: targetKind === "group" ? target : null,
});

/**
 * Returns what a person may know of an invite's target; without a sign-in, `user` is null. Throws
 * `invite_invalid`, for every invite that does not admit the person in the same way.
 */
export async function previewInvite(
  db: Database,
  code: string,
  user: UserId | null,
  now: number,
): Promise<InvitePreview> {
  const found = await findInvite(db, code, user, now);
  const isOwn = isOwnInvite(found, user);
  if (!found || !(found.admits || isOwn || isInside(found))) throw new ChatError("invite_invalid");
  const { kind, name, color, target, members, isGuildMember, opens } = found;
  const isMemberOf = user !== null && isGuildMember;
  const channel = isMemberOf ? await landingIn(db, target, user, opens) : found.channel;
  return {
    ...{ kind, name, tone: iconTone(target), members: roughCount(members), isOwn },
    ...(color !== null && { color }),
    ...(channel !== null && { channel }),
    ...(isMemberOf && { guild: target }),
  };
}

/** Whether the person is where the invite leads. */
const isInside = ({ channel, isGuildMember }: FoundInvite): boolean => channel !== null || isGuildMember;

const isOwnInvite = (found: FoundInvite | null, user: UserId | null): boolean =>
  found !== null && found.kind === "person" && found.target === user;

/** What the use of an invite led to. */
export type UsedInvite =
  /** `changed`: the people whose list of requests may have changed; none for a repeat. */
  | { guild: null; channel: ChannelId; changed: UserId[] }
  /** `channel`: the one to open first; null if the person can see none. */
  | { guild: GuildId; channel: ChannelId | null };

/**
 * Admits a person by an invite. A repeat has no further effect. `newId` is the id of a direct
 * channel that does not exist yet. Throws `invite_invalid`, `group_full`, `too_many_groups`,
 * `guild_full`, `too_many_guilds`.
 */
export async function enterByInvite(db: Database, use: InviteUse, newId: ChannelId): Promise<UsedInvite> {
  const { code, user, now } = use;
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    const found = await findInvite(db, code, user, now);
    if (found && found.channel !== null) return { guild: null, channel: found.channel, changed: [] };
    if (found?.isGuildMember) return await insideGuild(db, found, user);
    if (!found?.admits) throw new ChatError("invite_invalid");
    const entered = found.kind === "guild" ? await enterGuildBy(db, use, found) : await enterBy(db, use, found, newId);
    if (entered) return entered;
    if (!(await findProfile(db, { id: user }))) throw new ChatError("sign_in_required");
  }
  throw new ChatError("temporary");
}

/** Enters a group or a direct channel; null if another request was faster. */
async function enterBy(
  db: Database,
  use: InviteUse,
  { kind, target }: FoundInvite,
  newId: ChannelId,
): Promise<UsedInvite | null> {
  const { user } = use;
  const isGroup = kind === "group";
  const channel = await (isGroup ? enterGroup(db, use, target) : enterDirect(db, use, target, newId));
  if (channel !== null) return { guild: null, channel, changed: isGroup ? [user] : [user, target] };
  const refusal = isGroup ? await groupRefusal(db, target, user) : null;
  if (refusal !== null) throw new ChatError(refusal);
  return null;
}

const enterGuildBy = async (db: Database, use: InviteUse, found: FoundInvite): Promise<UsedInvite | null> =>
  (await tryEnterGuild(db, use, found)) ? await insideGuild(db, found, use.user) : null;

const insideGuild = async (db: Database, { target, opens }: FoundInvite, user: UserId): Promise<UsedInvite> => ({
  guild: target,
  channel: await landingIn(db, target, user, opens),
});

/**
 * Revokes an invite. Its creator may, and those who may remove members of its group or manage its
 * guild. Throws
 * `forbidden`, and `invite_invalid` for everyone who may not know of it.
 */
export async function endInvite(db: Database, code: string, user: UserId, now: number): Promise<void> {
  const found = await findInvite(db, code, user, now);
  if (!found) throw new ChatError("invite_invalid");
  const { kind, target, createdBy } = found;
  if (createdBy !== user && kind === "guild")
    return await revokeGuildInvite(db, { guild: target, actor: user, now }, code);
  if (createdBy !== user) {
    const channel = kind === "group" ? await findChannel(db, target, user) : null;
    const me = channel?.members.find((member) => member.user.id === user);
    if (!channel || !me) throw new ChatError("invite_invalid");
    authoriseGroupChange(channel.kind, me.role, { kind: "remove", role: "member" });
  }
  if (!(await revokeInvite(db, code, user, target))) throw new ChatError("invite_invalid");
}
