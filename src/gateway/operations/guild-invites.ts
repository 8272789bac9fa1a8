import type { Database } from "../../directory/database";
import { visibleChannels } from "../../directory/guild-access";
import {
  createGuildInvite,
  enterGuild,
  guildRefusal,
  isGuildAsDecided,
  loadRoleGiver,
} from "../../directory/guild-invites";
import { findWelcome } from "../../directory/guild-state";
import type { InviteUse } from "../../directory/invite-rule";
import { type FoundInvite, type InviteRow, listInvites, revokeInvite } from "../../directory/invites";
import { ChatError } from "../../domain/error";
import { mayChangeGuild } from "../../domain/guild-authority";
import { guildMember, rulesOfGuild } from "../../domain/guild-mirror";
import type { ChannelId, GuildId, Invite, NewGuildInvite, UserId } from "../../protocol";
import { newInviteCode } from "../../runtime/ids";
import { decideGuild, findDecision, type GuildRequest, madeIf, roleIn } from "./guild-decision";
import { loadVisible } from "./guild-view";

/** Stands for anybody who joins by an invite: they have no role yet. */
const newcomer = guildMember("", []);

/**
 * Creates an invite. Throws `forbidden` for a role that the creator may not give, `not_found` for a
 * role or a channel that they cannot see, and `too_many_invites`.
 */
export async function makeGuildInvite(db: Database, request: GuildRequest, wanted: NewGuildInvite): Promise<Invite> {
  const { guild, actor, now } = request;
  const { forMs, maxUses, channel } = wanted;
  const roles = [...new Set(wanted.roles)];
  const created = await decideGuild(db, request, async ({ state, authorise, change, at }) => {
    authorise({ kind: "invite" });
    for (const role of roles) {
      roleIn(state, role);
      authorise({ kind: "assign_role", role, subject: newcomer });
    }
    if (channel !== null) await loadVisible(db, actor, guild, channel);
    const expiresAt = forMs === null ? null : now + forMs;
    const invite = { code: newInviteCode(), expiresAt, maxUses, channel, roles };
    const row = await createGuildInvite(db, change(null), invite);
    if (row) return row;
    // The guild changed meanwhile, or it has no room.
    if ((await findDecision(db, request)).at !== at) return null;
    throw new ChatError("too_many_invites");
  });
  return shownGuildInvite(created, new Set(roles));
}

/** `known`: the roles that the guild has. Others are left out. */
const shownGuildInvite = ({ targetKind, target, roles, ...invite }: InviteRow, known: ReadonlySet<string>): Invite => ({
  ...invite,
  kind: targetKind,
  guild: target,
  roles: roles.filter((role) => known.has(role)),
});

/**
 * Returns the valid invites to a guild, newest first: all of them for those who may manage it, and
 * for other members who may invite those that they made. Throws `forbidden` for the rest.
 */
export async function guildInvitesOf(db: Database, request: GuildRequest): Promise<Invite[]> {
  const { guild, actor, now } = request;
  const { state, rules, me, authorise } = await findDecision(db, request);
  const seesAll = mayChangeGuild(rules, me, { kind: "manage_invites" });
  if (!seesAll) authorise({ kind: "invite" });
  const rows = await listInvites(db, { kind: "guild", target: guild, by: seesAll ? undefined : actor }, now);
  const known = new Set(state.roleRows.map(({ id }) => id));
  return rows.map((row) => shownGuildInvite(row, known));
}

/**
 * Makes a person a member by an invite that admits them, with those of its roles that its creator
 * may still give. Returns whether they entered; false if another request was faster. Throws
 * `invite_invalid`, `guild_full`, `too_many_guilds`.
 */
export async function tryEnterGuild(
  db: Database,
  use: InviteUse,
  { target: guild, createdBy, roles }: FoundInvite,
): Promise<boolean> {
  const given = await loadRoleGiver(db, guild, createdBy, roles);
  if (!given) throw new ChatError("invite_invalid");
  const rules = rulesOfGuild(given.hierarchy);
  const mayGive = roles.filter(
    (role) =>
      rules.roles.has(role) && mayChangeGuild(rules, given.giver, { kind: "assign_role", role, subject: newcomer }),
  );
  if (await enterGuild(db, use, guild, mayGive, given.isUnchanged)) return true;
  const refusal = await guildRefusal(db, guild, use.user);
  if (refusal !== null) throw new ChatError(refusal);
  return false;
}

/**
 * Returns the channel that a member sees first: the one that an invite names, the welcome channel,
 * or the first one that they can see. Null if they can see none.
 */
export async function landingIn(
  db: Database,
  guild: GuildId,
  user: UserId,
  opens: ChannelId | null,
): Promise<ChannelId | null> {
  const [visible, welcome] = await Promise.all([visibleChannels(db, user, { guild }), findWelcome(db, guild)]);
  const sees = (id: ChannelId | null) => visible.some(({ channel }) => channel === id);
  return [opens, welcome].find(sees) ?? visible[0]?.channel ?? null;
}

/** Revokes an invite of somebody else. Throws `invite_invalid` for outsiders, `forbidden`. */
export async function revokeGuildInvite(db: Database, request: GuildRequest, code: string): Promise<void> {
  const { actor, guild } = request;
  try {
    await decideGuild(
      db,
      request,
      async ({ authorise, change, at }) => {
        authorise({ kind: "manage_invites" });
        const isRevoked = await revokeInvite(db, code, actor, guild, isGuildAsDecided(change(null)));
        if (isRevoked) return {};
        if ((await findDecision(db, request)).at === at) throw new ChatError("invite_invalid");
        return madeIf(false);
      },
      true,
    );
  } catch (error) {
    if (error instanceof ChatError && error.code === "not_found") throw new ChatError("invite_invalid");
    throw error;
  }
}
