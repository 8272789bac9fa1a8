// Delivers changes of guilds to their channels and to the devices of their members. All channels
// that are behind get the same roles and members, read once, in parallel, and one statement
// confirms them. What could not be delivered stays in the outbox, and the cron repeats it.
import type { Database } from "../../directory/database";
import { memberRolePages, usersOf } from "../../directory/guild-member-pages";
import {
  type ConfirmedChannel,
  confirmGuild,
  dueGuilds,
  isBehind,
  pendingGuilds,
  postponeGuild,
} from "../../directory/guild-outbox";
import { confirmationOf, type LoadedRoster, loadGuildRosters } from "../../directory/guild-roster";
import { dueDeletions, eraseGuildRows } from "../../directory/guilds";
import { unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { type ChannelId, type GuildId, limits, PENDING_HEADER, type UserId } from "../../protocol";
import { timeLeft, withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";
import { continueLater, leftBy } from "./later-delivery";
import { channelOf, tryDeliverRoster } from "./roster-delivery";

/** How many guilds the cron reads at a time. */
const PAGE = 50;
/** How many guilds are erased at the same time. */
export const ERASED_TOGETHER = 5;

/** What a change of a guild names: channels that it changed, and people whom it concerns. */
export interface NamedByChange {
  channels?: readonly ChannelId[];
  others?: readonly UserId[];
}

/**
 * Delivers a change: to the channels that are behind, to the channels that the change names, then
 * to the devices of the members. Returns how many channels have not confirmed; the cron repeats
 * those. A guild is never refused because it has many channels, or one that cannot be reached.
 * `others` are people whom the change concerns: the actor, and those whom it added, changed or
 * removed. In a guild of more than `signalledMembers` members only their devices get the signal.
 */
export async function deliverGuildChange(
  env: Env,
  db: Database,
  guild: GuildId,
  { channels = [], others = [] }: NamedByChange = {},
): Promise<number> {
  const now = Date.now();
  const until = now + limits.deliveryMs;
  try {
    const left = new Set(await deliverToBehind(env, db, guild, until));
    for (const channel of channels) {
      if (await tryDeliverRoster(env, db, channel, now, until)) left.delete(channel);
      else left.add(channel);
    }
    return left.size;
  } finally {
    const members = await usersOf(db, guild, limits.signalledMembers + 1);
    const told = members.length > limits.signalledMembers ? [] : members;
    await signalGuild(env, guild, [...new Set([...told, ...others])]);
  }
}

/**
 * Delivers a change that the caller of a request made. A header of the answer says how many
 * channels have not confirmed it; the alarm of the caller's user object and the cron deliver to
 * those.
 */
export async function announceGuildChange(c: GatewayContext, guild: GuildId, named: NamedByChange = {}): Promise<void> {
  const others = [c.get("account").id, ...(named.others ?? [])];
  const left = await leftBy(deliverGuildChange(c.env, c.get("db"), guild, { ...named, others }));
  const { pending } = await continueLater(c.env, c.get("account").id, left);
  if (pending !== undefined) c.header(PENDING_HEADER, String(pending));
}

/** Delivers to the channels of a guild that are behind. Returns how many have not confirmed. */
export const deliverGuild = async (env: Env, db: Database, guild: GuildId, until: number): Promise<number> =>
  (await deliverToBehind(env, db, guild, until)).length;

/** Like `deliverGuild`, and returns the channels that have not confirmed. */
async function deliverToBehind(env: Env, db: Database, guild: GuildId, until: number): Promise<ChannelId[]> {
  const rosters = await loadGuildRosters(db, guild, isBehind);
  const confirmed: ConfirmedChannel[] = [];
  await runParallel(rosters, tuning.deliveryConcurrency, until, async (loaded) => {
    if (loaded.isUnaffected || (await tryApply(env, loaded, until))) confirmed.push(confirmationOf(loaded));
  });
  const revision = rosters[0]?.guild?.revision ?? Number.MAX_SAFE_INTEGER;
  await confirmGuild(db, { id: guild, revision }, confirmed);
  const left = rosters
    .map(({ channel }) => channel)
    .filter((channel) => !confirmed.some((one) => one.channel === channel));
  if (left.length > 0) await postponeGuild(db, guild, Date.now());
  return left;
}

async function tryApply(env: Env, { roster, guild }: LoadedRoster, until: number): Promise<boolean> {
  const { channel } = roster;
  try {
    const answer = retry(async () => channelOf(env, channel, guild).applyRoster(roster));
    unwrap(await withTimeout(answer, timeLeft(until, tuning.deliveryAttemptMs)));
    return true;
  } catch (error) {
    logError("guild-outbox.failed", error, { object: channel });
    return false;
  }
}

/** Delivers what is pending in the guilds of a person. Returns how many channels are left. */
export async function deliverOwnGuilds(env: Env, db: Database, user: UserId, until: number): Promise<number> {
  let left = 0;
  for (const guild of await pendingGuilds(db, user)) left += await deliverGuild(env, db, guild, until);
  return left;
}

/** Delivers what requests could not deliver, the earliest due first, until `until`. */
export async function deliverOverdueGuilds(env: Env, db: Database, now: number, until: number): Promise<void> {
  const tried = new Set<string>();
  while (Date.now() < until) {
    const due = (await dueGuilds(db, now, PAGE)).filter((guild) => !tried.has(guild));
    if (due.length === 0) return;
    for (const guild of due) {
      tried.add(guild);
      if (Date.now() < until) await deliverGuild(env, db, guild, until);
    }
  }
}

/**
 * Erases the guilds whose time to reconsider is over, until `until`. The steps of their channels
 * follow. A guild that fails holds up no other and is tried again by the next run.
 */
export async function eraseDueGuilds(env: Env, db: Database, now: number, until: number): Promise<void> {
  let after = "";
  while (Date.now() < until) {
    const due = await dueDeletions(db, now, PAGE, after);
    await runParallel(due, ERASED_TOGETHER, until, async (guild) => await tryErase(env, db, guild, now));
    const last = due.at(-1);
    if (last === undefined || due.length < PAGE) return;
    after = last;
  }
}

async function tryErase(env: Env, db: Database, guild: GuildId, now: number): Promise<void> {
  try {
    const users: UserId[] = [];
    for await (const page of memberRolePages(db, guild)) users.push(...page.map(({ user }) => user));
    await eraseGuildRows(db, guild, now);
    await signalGuild(env, guild, users);
    await retry(async () => env.GUILDS.getByName(guild).erase());
  } catch (error) {
    logError("guild.erasure-failed", error, { guild });
  }
}

/**
 * Tells the devices of these people that a guild changed. A failure is logged and does not fail the
 * request: devices load their guilds again when they connect.
 */
async function signalGuild(env: Env, guild: GuildId, users: readonly UserId[]): Promise<void> {
  const until = Date.now() + limits.deliveryMs;
  await runParallel(users, tuning.deliveryConcurrency, until, async (user) => {
    try {
      const answer = retry(async () => env.USERS.getByName(user).saveSetting(user, { kind: "guilds", guild }));
      unwrap(await withTimeout(answer, timeLeft(until, tuning.deliveryAttemptMs)));
    } catch (error) {
      logError("guild.signal-failed", error, { user });
    }
  });
}
