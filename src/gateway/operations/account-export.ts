// Exports everything that is stored about a person, as one JSON text. The text is produced while it
// is read, because a person may have written any number of messages.
import { listChannels } from "../../directory/channels";
import type { Database } from "../../directory/database";
import { formerChannels } from "../../directory/erasures";
import { listSubscriptions } from "../../directory/push-subscriptions";
import { storedRequests } from "../../directory/requests";
import { listSessions } from "../../directory/sessions";
import { unwrap } from "../../domain/error";
import type { Caller, StoredUserData } from "../../domain/ports";
import { limits, type Me } from "../../protocol";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";

/** Yields the pieces of the JSON text, in order. */
export async function* exportAccount(
  env: Env,
  db: Database,
  caller: Caller,
  me: Me,
  now: number,
): AsyncGenerator<string> {
  const { rows, drafts, mutes, levels } = await loadUserData(env, caller.user);
  const sessions = await listSessions(db, caller.user, now, limits.sessionsPerAccount);
  const exportedSessions = sessions.map(({ id, agent, createdAt, seenAt }) => ({ id, agent, createdAt, seenAt }));
  const devices = (await listSubscriptions(db, caller.user)).map(({ name, target, createdAt }) => {
    return { name, kind: target.kind, createdAt };
  });
  // What other people wrote is not exported, not even in a preview or a quote.
  const inbox = rows.map((row) => (row.preview?.author === caller.user ? row : { ...row, preview: null }));
  const requests = await storedRequests(db, caller.user);
  const head = {
    exportedAt: now,
    account: me,
    sessions: exportedSessions,
    devices,
    inbox,
    drafts,
    mutes,
    levels,
    requests,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"channels":[`;
  let isFirst = true;
  for await (const channel of channelsOf(db, caller.user)) {
    yield `${isFirst ? "" : ","}\n${JSON.stringify(channel).slice(0, -1)},"messages":[`;
    isFirst = false;
    let after: number | null = 0;
    let separator = "\n";
    while (after !== null) {
      const from: number = after;
      const batch = unwrap(await retry(async () => env.CHANNELS.getByName(channel.id).messagesBy(caller.user, from)));
      for (const message of batch.items) {
        const { reply } = message;
        const quotesMyself = reply === null || reply.author === caller.user;
        yield separator + JSON.stringify(quotesMyself ? message : { ...message, reply: { ...reply, preview: null } });
        separator = ",\n";
      }
      after = batch.after;
    }
    yield "]}";
  }
  yield "]}\n";
}

/** Returns what the user object stores, read batch by batch. */
async function loadUserData(env: Env, user: string): Promise<StoredUserData> {
  const data: StoredUserData = { rows: [], drafts: [], mutes: [], levels: [] };
  let after: number | null = 0;
  while (after !== null) {
    const from: number = after;
    const batch = await retry(() => env.USERS.getByName(user).storedData(from));
    data.rows.push(...batch.rows);
    data.drafts.push(...batch.drafts);
    data.mutes.push(...batch.mutes);
    data.levels.push(...batch.levels);
    after = batch.after;
  }
  return data;
}

/** Yields the channels that the person is a member of, then those they left. */
async function* channelsOf(db: Database, user: string): AsyncGenerator<{ id: string }> {
  const current = new Set<string>();
  let cursor: { at: number; id: string } | undefined;
  for (;;) {
    const page = await listChannels(db, user, limits.pageMax, cursor);
    for (const { members, ...channel } of page) {
      current.add(channel.id);
      const membership = members.find((member) => member.user.id === user);
      yield { ...channel, ...(membership && { role: membership.role, joinedAt: membership.joinedAt }) };
    }
    const last = page.at(-1);
    if (!last || page.length < limits.pageMax) break;
    cursor = { at: last.createdAt, id: last.id };
  }
  for (const id of await formerChannels(db, user)) if (!current.has(id)) yield { id };
}

/**
 * Returns a body that is produced while it is read. An error ends it early, so that an export is
 * either complete or no valid JSON.
 */
export function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        logError("export.failed", error);
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
