// The rosters of a guild's channels. All of them have the same roles, read once; each adds its own
// overrides. A channel that at most `fullChannelViewers` members may view gets all of these. A
// large channel gets the members who changed since the revision that it has confirmed.
import { and, asc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import type { GuildMirror } from "../domain/guild-mirror";
import { type MemberRoles, viewersOf } from "../domain/guild-viewers";
import type { Roster, RosterMember } from "../domain/roster";
import type { ChannelId, GuildId, LocationHint, UserId } from "../protocol";
import type { Database } from "./database";
import { memberRolePages, membersAmong, rosterMember, selectFewMembers } from "./guild-member-pages";
import type { ConfirmedChannel } from "./guild-outbox";
import { guildChannels, guildOutbox, guildOverrides, guildRoles, guilds } from "./guild-schema";
import { overrideOf, roleIn } from "./guild-state";
import { channels, rosterOutbox } from "./schema";

/** The guild of a channel, its revision that the channel then has, and where it is placed. */
export interface GuildOfRoster {
  id: GuildId;
  revision: number;
  region: LocationHint | null;
}

/** A roster, and what the directory may forget when the channel has it. */
export interface LoadedRoster {
  roster: Roster;
  /** The revision of the channel's row, up to which its outbox rows are done. */
  outboxRevision: number;
  /** Null outside of guilds. */
  guild: GuildOfRoster | null;
  /**
   * Whether the channel is large, as it was, and nothing happened but that people joined who have
   * not visited it. It then need not be told.
   */
  isUnaffected?: boolean;
}

/** Returns what the directory records when the channel has confirmed a roster. */
export const confirmationOf = ({ roster }: LoadedRoster): ConfirmedChannel => ({
  channel: roster.channel,
  isLarge: roster.guild?.isLarge ?? false,
});

/** The most changed members that a roster carries. Beyond them the channel forgets its visitors. */
const CHANGED_MAX = 1_000;

/**
 * Returns the rosters of those channels of a guild that meet a condition, all at one revision. The
 * revision of a roster is the sum of that of the guild and that of the channel: both only rise, so
 * a later roster has a higher one. Members are read after the revision, so a roster may have newer
 * ones. That does no harm: the next roster brings them again.
 */
export async function loadGuildRosters(
  db: Database,
  guild: GuildId,
  which: SQL | undefined,
): Promise<(LoadedRoster & { channel: ChannelId })[]> {
  const chosen = db
    .select({ channel: guildChannels.channel })
    .from(guildChannels)
    .where(and(eq(guildChannels.guild, guild), which));
  const [rows, roleRows, channelRows, overrideRows, causeRows, changeRows, fewMembers] = await db.batch([
    db.select().from(guilds).where(eq(guilds.id, guild)).limit(1),
    db.select().from(guildRoles).where(eq(guildRoles.guild, guild)),
    db
      .select({
        row: channels,
        type: guildChannels.type,
        slowModeSeconds: guildChannels.slowModeSeconds,
        confirmed: guildChannels.confirmed,
        large: guildChannels.large,
      })
      .from(guildChannels)
      .innerJoin(channels, eq(channels.id, guildChannels.channel))
      .where(and(eq(guildChannels.guild, guild), which)),
    db
      .select()
      .from(guildOverrides)
      .where(and(eq(guildOverrides.guild, guild), inArray(guildOverrides.place, chosen))),
    db
      .select()
      .from(rosterOutbox)
      .where(and(inArray(rosterOutbox.object, chosen), sql`${rosterOutbox.actor} <> ''`))
      .orderBy(asc(rosterOutbox.revision)),
    db
      .select({ revision: guildOutbox.revision, subject: guildOutbox.subject, joined: guildOutbox.joined })
      .from(guildOutbox)
      .where(and(eq(guildOutbox.guild, guild), gt(guildOutbox.revision, lowestConfirmed(guild, which))))
      .orderBy(asc(guildOutbox.revision)),
    selectFewMembers(db, guild),
  ]);
  const row = rows[0];
  if (!row || channelRows.length === 0) return [];
  const { revision, owner, welcomeChannel, region } = row;
  const overridesOf = Map.groupBy(overrideRows, ({ place }) => place);
  const causesOf = Map.groupBy(causeRows, ({ object }) => object);
  const roles = roleRows.map((role) => ({ ...roleIn(role), name: role.name, mentionable: role.mentionable }));
  const mirrors = channelRows.map(({ row: { id }, type, slowModeSeconds }): GuildMirror => {
    const overrides = (overridesOf.get(id) ?? []).map(overrideOf);
    const isWelcome = welcomeChannel === id;
    return { guild, owner, roles, revision, type, overrides, isWelcome, isLarge: false, slowModeSeconds };
  });
  const few = fewMembers.map(rosterMember);
  // The owner is a member, so only a guild with more than a few has none here.
  const membersOf = few.length > 0 ? whole(mirrors, few) : await loadMembers(db, mirrors, channelRows, changeRows);
  return channelRows.map(({ row: channel, confirmed, large }, at) => {
    const { id, kind, name, topic, history, epochNumber, createdAt, createdBy } = channel;
    const causes = (causesOf.get(id) ?? []).map(({ subject, actor }) => ({ subject, actor }));
    const roster: Roster = {
      ...{ channel: id, kind, name, topic, history, epochNumber, createdAt, createdBy },
      ...{ revision: revision + channel.revision, causes },
      ...membersOf(at),
    };
    const isLarge = large && roster.delta !== undefined;
    const hasOnlyJoins = changeRows.every((change) => change.revision <= confirmed || change.joined);
    const isUnaffected = isLarge && hasOnlyJoins && !roster.guild?.isWelcome && causes.length === 0;
    const placed = { id: guild, revision, region };
    return { channel: id, roster, outboxRevision: channel.revision, guild: placed, isUnaffected };
  });
}

const lowestConfirmed = (guild: GuildId, which: SQL | undefined): SQL =>
  sql`(SELECT min(${guildChannels.confirmed}) FROM ${guildChannels} WHERE ${and(eq(guildChannels.guild, guild), which)})`;

interface GuildRevision {
  revision: number;
  subject: UserId | "" | null;
  joined: boolean;
}

/** The parts of a roster that depend on who may view the channel. */
interface RosterMembers extends Pick<Roster, "members" | "delta"> {
  guild: GuildMirror;
}

/** Returns a function that returns these parts for the channel at an index. */
const whole =
  (mirrors: readonly GuildMirror[], members: RosterMember[]) =>
  (at: number): RosterMembers => ({ members, guild: mirrorAt(mirrors, at, false) });

/** The same for a guild of many members. */
async function loadMembers(
  db: Database,
  mirrors: readonly GuildMirror[],
  channelRows: readonly { confirmed: number }[],
  changes: readonly GuildRevision[],
): Promise<(at: number) => RosterMembers> {
  const [{ guild } = { guild: "" }] = mirrors;
  const roles: MemberRoles[] = [];
  for await (const page of memberRolePages(db, guild)) roles.push(...page);
  const viewers = viewersOf(mirrors, roles);
  const changed = channelRows.map(({ confirmed }) => changedAfter(changes, confirmed));
  const wanted = new Set([...viewers.flatMap((some) => some ?? []), ...changed.flatMap((some) => some ?? [])]);
  const found = new Map((await membersAmong(db, guild, [...wanted])).map((member) => [member.user, member]));
  const present = (users: Iterable<UserId>): RosterMember[] => [...users].flatMap((user) => found.get(user) ?? []);
  return (at) => {
    const [viewing, subjects] = [viewers[at], changed[at]];
    const isLarge = viewing === null || viewing === undefined;
    const mirror = mirrorAt(mirrors, at, isLarge);
    // Those who joined are named in the welcome channel, whether they may view it or not.
    if (!isLarge) return { members: present(new Set([...viewing, ...(subjects ?? [])])), guild: mirror };
    const removed = (subjects ?? []).filter((user) => !found.has(user));
    const delta = { removed, isComplete: subjects !== null };
    return { members: present(subjects ?? []), guild: mirror, delta };
  };
}

function mirrorAt(mirrors: readonly GuildMirror[], at: number, isLarge: boolean): GuildMirror {
  const mirror = mirrors[at];
  if (!mirror) throw new RangeError("there is no such channel");
  return { ...mirror, isLarge };
}

/** Returns the members whom revisions after `confirmed` concern; null if that is not known. */
function changedAfter(changes: readonly GuildRevision[], confirmed: number): UserId[] | null {
  const subjects = new Set<UserId>();
  for (const { revision, subject } of changes) {
    if (revision <= confirmed) continue;
    if (subject === null) return null;
    if (subject !== "") subjects.add(subject);
  }
  return subjects.size > CHANGED_MAX ? null : [...subjects];
}
