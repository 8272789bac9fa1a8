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
import { ChatError, unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { type ChannelId, type GuildId, limits, type UserId } from "../../protocol";
import { timeLeft, withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";
import { deliverRoster } from "./roster-delivery";

/** How many guilds the cron reads at a time. */
const PAGE = 50;

/**
 * Delivers a change: to the channels that are behind, to the channels that the change names, then
 * to the devices of the members. Throws `temporary` if a channel could not be reached. `others` are
 * people whom the change concerns: the actor, and those whom it added, changed or removed. In a
 * guild of more than `signalledMembers` members only their devices get the signal.
 */
export async function deliverGuildChange(
  env: Env,
  db: Database,
  guild: GuildId,
  { channels = [], others = [] }: { channels?: readonly ChannelId[]; others?: readonly UserId[] } = {},
): Promise<void> {
  try {
    if ((await deliverGuild(env, db, guild, Date.now() + limits.deliveryMs)) > 0) throw new ChatError("temporary");
    for (const channel of channels) await deliverRoster(env, db, channel);
  } finally {
    const members = await usersOf(db, guild, limits.signalledMembers + 1);
    const told = members.length > limits.signalledMembers ? [] : members;
    await signalGuild(env, guild, [...new Set([...told, ...others])]);
  }
}

/** Delivers a change that the caller of a request made, and tells the caller's devices too. */
export async function announceGuildChange(
  c: GatewayContext,
  guild: GuildId,
  { channels = [], others = [] }: { channels?: readonly ChannelId[]; others?: readonly UserId[] } = {},
): Promise<void> {
  const concerned = [c.get("account").id, ...others];
  await deliverGuildChange(c.env, c.get("db"), guild, { channels, others: concerned });
}

/** Delivers to the channels of a guild that are behind. Returns how many have not confirmed. */
export async function deliverGuild(env: Env, db: Database, guild: GuildId, until: number): Promise<number> {
  const rosters = await loadGuildRosters(db, guild, isBehind);
  const confirmed: ConfirmedChannel[] = [];
  await runParallel(rosters, tuning.deliveryConcurrency, until, async (loaded) => {
    if (loaded.isUnaffected || (await tryApply(env, loaded, until))) confirmed.push(confirmationOf(loaded));
  });
  const revision = rosters[0]?.guild?.revision ?? Number.MAX_SAFE_INTEGER;
  await confirmGuild(db, { id: guild, revision }, confirmed);
  const left = rosters.length - confirmed.length;
  if (left > 0) await postponeGuild(db, guild, Date.now());
  return left;
}

async function tryApply(env: Env, { roster }: LoadedRoster, until: number): Promise<boolean> {
  const { channel } = roster;
  try {
    const answer = retry(async () => env.CHANNELS.getByName(channel).applyRoster(roster));
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

/** Erases the guilds whose time to reconsider is over. The steps of their channels follow. */
export async function eraseDueGuilds(env: Env, db: Database, now: number): Promise<void> {
  for (const guild of await dueDeletions(db, now, PAGE)) {
    const users: UserId[] = [];
    for await (const page of memberRolePages(db, guild)) users.push(...page.map(({ user }) => user));
    await eraseGuildRows(db, guild, now);
    await signalGuild(env, guild, users);
  }
}

/**
 * Tells the devices of these people that a guild changed. A failure is logged and does not fail the
 * request: devices load their guilds again when they connect.
 */
async function signalGuild(env: Env, guild: GuildId, users: readonly UserId[]): Promise<void> {
  await runParallel(users, tuning.deliveryConcurrency, Date.now() + limits.deliveryMs, async (user) => {
    try {
      unwrap(await retry(async () => env.USERS.getByName(user).saveSetting(user, { kind: "guilds", guild })));
    } catch (error) {
      logError("guild.signal-failed", error, { user });
    }
  });
}
