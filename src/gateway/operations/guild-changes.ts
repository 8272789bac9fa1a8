// Creates and changes guilds, and changes who is in them. The rules are those of
// `domain/guild-authority.ts`.
import { findProfile } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { type EntryRule, entersAtOnce } from "../../directory/entry-rule";
import { guildsOf } from "../../directory/guild-access";
import { hasBan } from "../../directory/guild-ban-rule";
import { isAsDecided } from "../../directory/guild-change";
import { memberRolePages } from "../../directory/guild-member-pages";
import { hasRoomForMember, joinGuild, removeGuildMember, transferGuild } from "../../directory/guild-members";
import { type GuildMemberState, type GuildState, loadGuild } from "../../directory/guild-state";
import { createGuild, type GuildProposal, updateGuild } from "../../directory/guilds";
import { ChatError } from "../../domain/error";
import { changedFields } from "../../domain/guild-audit";
import { denialOf, everyoneOf, guildMember, guildPermissions, rulesOfGuild } from "../../domain/guild-mirror";
import { successorOf } from "../../domain/guild-succession";
import { everyoneBegins, guildTemplates } from "../../domain/guild-templates";
import { noPermissions } from "../../domain/permission-list";
import {
  type CreateGuild,
  type changeGuild as changeGuildBody,
  type GuildId,
  type GuildPermission,
  type LocationHint,
  limits,
  type RoleId,
  type UserId,
} from "../../protocol";
import { newId } from "../../runtime/ids";
import { decideGuild, type GuildRequest, madeIf, memberIn } from "./guild-decision";
import { loadVisible } from "./guild-view";

const wordsOf = (names: readonly GuildPermission[]) => {
  const { low, high } = guildPermissions.wordsOf(names);
  return { low, high };
};

/** Who creates a guild, when, and where the platform then places its channels. */
export interface GuildCreation {
  owner: UserId;
  now: number;
  region: LocationHint | null;
}

/**
 * Creates a guild from a template; a repeat with the same nonce returns the same guild. Throws
 * `too_many_guilds`.
 */
export async function createGuildFor(db: Database, body: CreateGuild, creation: GuildCreation): Promise<GuildId> {
  const { owner } = creation;
  const guild = await createGuild(db, proposalOf(body, creation));
  if (guild !== null) return guild;
  if (!(await findProfile(db, { id: owner }))) throw new ChatError("sign_in_required");
  throw new ChatError((await guildsOf(db, owner)).length >= limits.guildsPerAccount ? "too_many_guilds" : "temporary");
}

function proposalOf({ nonce, template, ...body }: CreateGuild, { owner, now, region }: GuildCreation): GuildProposal {
  const id = newId("g", now);
  const plan = guildTemplates[template];
  const plain = { mentionable: false, grouped: false };
  const everyone = {
    id: everyoneOf(id),
    name: "everyone",
    color: null,
    position: 0,
    ...wordsOf(everyoneBegins),
    ...plain,
  };
  const roles = plan.roles.map(({ name, color, permissions }, at) => ({
    ...{ id: newId("r", now), name, color, position: at + 1, ...wordsOf(permissions) },
    ...{ mentionable: true, grouped: true },
  }));
  const categories = plan.categories.map((name, position) => ({ id: newId("k", now), name, position }));
  const channels = plan.channels.map(({ name, type, category }, position) => ({
    ...{ channel: newId("c", now), name, type, position },
    category: category === null ? null : (categories[category]?.id ?? null),
  }));
  const overrides = plan.channels.flatMap(({ type, roles: names = [] }, at) =>
    roles
      .filter(({ name }) => names.includes(name))
      .map((role) => overrideRow(channels[at]?.channel ?? "", role.id, denialOf(type))),
  );
  return {
    row: {
      id,
      identity: `${owner} ${nonce}`,
      ...body,
      owner,
      welcomeChannel: channels[0]?.channel ?? null,
      createdAt: now,
      region,
    },
    ...{ roles: [everyone, ...roles], categories, channels, overrides },
  };
}

const overrideRow = (place: string, target: RoleId, { low, high }: typeof noPermissions) => ({
  ...{ place, target, of: "role" as const },
  ...{ allowLow: low, allowHigh: high, denyLow: noPermissions.low, denyHigh: noPermissions.high },
});

/** Changes the row of a guild. Throws `not_found` for a welcome channel that is not visible. */
export async function changeGuildFor(
  db: Database,
  request: GuildRequest,
  { name, description, color, welcomeChannel }: ReturnType<typeof changeGuildBody.parse>,
): Promise<void> {
  await decideGuild(db, request, async ({ state, authorise, change }) => {
    authorise({ kind: "edit" });
    if (welcomeChannel) await loadVisible(db, request.actor, request.guild, welcomeChannel);
    const values = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(color !== undefined && { color }),
      ...(welcomeChannel !== undefined && { welcomeChannel }),
    };
    const { name: oldName, description: oldDescription, color: oldColor, welcomeChannel: oldChannel } = state.row;
    const before = { name: oldName, description: oldDescription, color: oldColor, welcomeChannel: oldChannel };
    const audit = { kind: "guild.changed", target: null, changes: changedFields(before, values) } as const;
    return madeIf(await updateGuild(db, change(audit), values));
  });
}

/** Sets the time at which a guild is erased, or cancels it. A time that is set stays. */
export async function scheduleDeletion(db: Database, request: GuildRequest, isDeleted: boolean): Promise<void> {
  const attempt: Parameters<typeof decideGuild>[2] = async ({ state, authorise, change }) => {
    authorise({ kind: "own" });
    if ((state.row.deleteAt !== null) === isDeleted) return {};
    const deleteAt = isDeleted ? request.now + limits.guildDeletionMs : null;
    const audit = { kind: isDeleted ? "guild.deleted" : "guild.kept", target: null } as const;
    return madeIf(await updateGuild(db, change(audit), { deleteAt }));
  };
  await decideGuild(db, request, attempt, true);
}

/** Hands a guild over to another member. */
export async function transferGuildTo(db: Database, request: GuildRequest, to: UserId): Promise<void> {
  await decideGuild(db, { ...request, people: [to] }, async ({ state, authorise, change }) => {
    authorise({ kind: "own" });
    memberIn(state, to);
    const changes = changedFields({ owner: state.owner }, { owner: to });
    const recorded = change({ kind: "guild.transferred", target: to, changes });
    return madeIf(state.owner === to || (await transferGuild(db, recorded, to)));
  });
}

/**
 * Adds a person who needs no request of the actor. Everyone else joins by an invite. Throws
 * `not_found`, `forbidden`, `user_banned`, `guild_full`, `too_many_guilds`, `request_refused`.
 */
export async function addGuildMember(
  db: Database,
  request: GuildRequest,
  user: UserId,
  rule: EntryRule,
): Promise<void> {
  await decideGuild(db, { ...request, people: [user] }, async ({ state, authorise, at }) => {
    authorise({ kind: "invite" });
    if (state.members.has(user)) return {};
    if (!(await findProfile(db, { id: user }))) throw new ChatError("not_found", "no such user");
    if (await hasBan(db, request.guild, user, request.now)) throw new ChatError("user_banned");
    const { guild, actor: by, now } = request;
    const conditions = { entry: isAsDecided({ actor: by, at }), person: entersAtOnce(rule) };
    if (await joinGuild(db, { guild, user, by, now }, conditions)) return {};
    if ((await loadGuild(db, guild, []))?.row.revision !== at) return null;
    if (!(await hasRoomForMember(db, guild))) throw new ChatError("guild_full");
    const isFull = (await guildsOf(db, user)).length >= limits.guildsPerAccount;
    throw new ChatError(isFull ? "too_many_guilds" : "request_refused");
  });
}

/**
 * Removes a member, or lets the actor leave. A person who is no member is no error. Throws
 * `not_found`, `forbidden`, and `guild_owned` for the owner who leaves.
 */
export async function endGuildMembership(
  db: Database,
  request: GuildRequest,
  user: UserId,
  reason: string,
): Promise<void> {
  const attempt: Parameters<typeof decideGuild>[2] = async ({ state, me, authorise, change }) => {
    if (user === me.user && state.owner === user) throw new ChatError("guild_owned");
    const subject = state.members.get(user) ?? { user, roles: [], isTimedOut: false };
    if (user !== me.user) authorise({ kind: "kick", subject });
    const recorded = change(user === me.user ? null : { kind: "member.removed", target: user, reason });
    return madeIf(!state.members.has(user) || (await removeGuildMember(db, recorded, user)));
  };
  await decideGuild(db, { ...request, people: [user] }, attempt, true);
}

/**
 * Takes an erased account out of a guild. What it owned goes to the highest member who is left. A
 * guild that nobody is left in is erased at once. Returns whether the account is out.
 */
export async function leaveErased(db: Database, guild: GuildId, user: UserId, now: number): Promise<boolean> {
  const state = await loadGuild(db, guild, [user]);
  if (!state?.members.has(user)) return true;
  const change = { guild, actor: user, now, at: state.row.revision, audit: null };
  const successor = state.owner === user ? await findSuccessor(db, state, user) : null;
  return await removeGuildMember(db, change, user, { ownedUntilNow: state.owner === user, successor });
}

/** Returns who owns a guild after its owner; null if nobody is left. Reads the members in pages. */
async function findSuccessor(db: Database, state: GuildState, from: UserId): Promise<UserId | null> {
  let best: GuildMemberState[] = [];
  for await (const page of memberRolePages(db, state.guild)) {
    const members = page.map(({ user, roles, joinedAt }) => ({
      ...guildMember(user, roles),
      joinedAt,
      timedOutUntil: null,
    }));
    const candidates = [...best, ...members];
    const successor = successorOf(rulesOfGuild(state), candidates, from);
    best = candidates.filter(({ user }) => user === successor);
  }
  return best[0]?.user ?? null;
}
