// Deletes the messages of a person in the channels of a guild, step by step. Every step may be
// repeated. The cron continues what a request does not finish.
import { findProfile } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { visibleChannels } from "../../directory/guild-access";
import {
  endPurge,
  type GuildPurge,
  nextPurges,
  type PurgeProposal,
  postponePurge,
  purgePerson,
} from "../../directory/guild-purges";
import { ChatError, unwrap } from "../../domain/error";
import { createdFields } from "../../domain/guild-audit";
import { authoriseGuildChannel } from "../../domain/guild-authority";
import { tuning } from "../../domain/tuning";
import type { GuildId, PurgeMessages } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import { decideGuild, type GuildRequest } from "./guild-decision";
import { loadPlace } from "./guild-view";

const HOUR_MS = 3_600_000;
/** How many steps are read at a time, and how many run at the same time. */
const PAGE = 100;
const CONCURRENCY = 20;

/** What the steps of one run share. Times are epoch milliseconds. */
interface PurgeRun {
  env: Env;
  db: Database;
  now: number;
  until: number;
}

/**
 * Begins the deletion of what a person wrote in the last hours: in one channel, or in all in which
 * the actor may delete the messages of others. Returns what it is called. Throws `not_found`,
 * `forbidden`.
 */
export async function purgeFrom(
  db: Database,
  request: GuildRequest,
  { user, hours, channel, reason }: PurgeMessages,
): Promise<{ id: string; author: string; revision: number }> {
  return await decideGuild(db, { ...request, people: [user] }, async (decision) => {
    const { state, me, at, authorise, change } = decision;
    const subject = state.members.get(user) ?? { user, roles: [], isTimedOut: false };
    if (channel === undefined) authorise({ kind: "purge", subject });
    else {
      const { rules } = await loadPlace(db, decision, { channel });
      authoriseGuildChannel(rules, me, { kind: "purge", subject });
    }
    if (!(await findProfile(db, { id: user }))) throw new ChatError("not_found", "no such user");
    const channels =
      channel === undefined
        ? (await visibleChannels(db, request.actor, { guild: request.guild }))
            .filter(({ permissions }) => permissions.has("delete_any"))
            .map((row) => row.channel)
        : [channel];
    const proposal: PurgeProposal = {
      ...{ id: crypto.randomUUID(), author: user, since: request.now - hours * HOUR_MS, channels },
    };
    const changes = createdFields({ hours, channel: channel ?? null });
    const recorded = change({ kind: "messages.purged", target: user, reason, changes });
    return (await purgePerson(db, recorded, proposal)) ? { id: proposal.id, author: user, revision: at + 1 } : null;
  });
}

/**
 * Continues the purges of one guild, or of all, until `until`. A step that fails is postponed and
 * holds up no other.
 */
export async function advancePurges(run: PurgeRun, guild?: GuildId): Promise<void> {
  const failed = new Set<string>();
  while (Date.now() < run.until) {
    const steps = (await nextPurges(run.db, PAGE, run.now, guild)).filter((step) => !failed.has(keyOf(step)));
    if (steps.length === 0) return;
    await runParallel(steps, CONCURRENCY, run.until, async (step) => {
      if (!(await tryStep(run, step))) failed.add(keyOf(step));
    });
  }
}

const keyOf = ({ channel, author }: GuildPurge): string => `${channel} ${author}`;

/** Returns whether the step made progress. One that did not is not repeated in this run. */
async function tryStep({ env, db }: PurgeRun, step: GuildPurge): Promise<boolean> {
  const { channel, author, actor, since, id } = step;
  try {
    // A step of an earlier version has no id.
    const purge = { id: id || `${author} ${since}`, author, actor, since };
    const call = retry(async () => env.CHANNELS.getByName(channel).purge(purge));
    await endPurge(db, step, unwrap(await withTimeout(call, tuning.deliveryAttemptMs)));
    return true;
  } catch (error) {
    logError("purge.failed", error, { channel });
    await postponePurge(db, step, Date.now());
    return false;
  }
}
