// All that is kept of a person, as one JSON text. Written as it is read: somebody may have said a great deal.
import { listChannels } from "../../directory/channels";
import type { Database } from "../../directory/database";
import { formerChannels } from "../../directory/erasures";
import { listSubscriptions } from "../../directory/push-subscriptions";
import { listSessions } from "../../directory/sessions";
import { unwrap } from "../../domain/error";
import type { Caller, StoredUserData } from "../../domain/ports";
import { limits, type Me } from "../../protocol";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";

/** Pieces of the text, in their order. */
export async function* exportOf(env: Env, db: Database, caller: Caller, me: Me, now: number): AsyncGenerator<string> {
  const { rows, drafts, mutes, levels } = await keptOf(env, caller.user);
  const sessions = await listSessions(db, caller.user, now, limits.sessionsPerAccount);
  const shownSessions = sessions.map(({ id, agent, createdAt, seenAt }) => ({ id, agent, createdAt, seenAt }));
  const devices = (await listSubscriptions(db, caller.user)).map(({ name, target, createdAt }) => {
    return { name, kind: target.kind, createdAt };
  });
  // What others said is theirs, in a preview or a quote too.
  const inbox = rows.map((row) => (row.preview?.author === caller.user ? row : { ...row, preview: null }));
  const head = { exportedAt: now, account: me, sessions: shownSessions, devices, inbox, drafts, mutes, levels };
  yield `${JSON.stringify(head).slice(0, -1)},"channels":[`;
  let isFirst = true;
  for await (const channel of channelsOf(db, caller.user)) {
    yield `${isFirst ? "" : ","}\n${JSON.stringify(channel).slice(0, -1)},"messages":[`;
    isFirst = false;
    let after: number | null = 0;
    let separator = "\n";
    while (after !== null) {
      const from: number = after;
      const part = unwrap(await retry(async () => env.CHANNELS.getByName(channel.id).messagesBy(caller.user, from)));
      for (const message of part.items) {
        const { reply } = message;
        const isMine = reply === null || reply.author === caller.user;
        yield separator + JSON.stringify(isMine ? message : { ...message, reply: { ...reply, preview: null } });
        separator = ",\n";
      }
      after = part.after;
    }
    yield "]}";
  }
  yield "]}\n";
}

async function keptOf(env: Env, user: string): Promise<StoredUserData> {
  const storedData: StoredUserData = { rows: [], drafts: [], mutes: [], levels: [] };
  let after: number | null = 0;
  while (after !== null) {
    const from: number = after;
    const part = await retry(() => env.USERS.getByName(user).storedData(from));
    storedData.rows.push(...part.rows);
    storedData.drafts.push(...part.drafts);
    storedData.mutes.push(...part.mutes);
    storedData.levels.push(...part.levels);
    after = part.after;
  }
  return storedData;
}

async function* channelsOf(db: Database, user: string): AsyncGenerator<{ id: string }> {
  const known = new Set<string>();
  let cursor: { at: number; id: string } | undefined;
  for (;;) {
    const page = await listChannels(db, user, limits.pageMax, cursor);
    for (const { members, ...channel } of page) {
      known.add(channel.id);
      const mine = members.find((member) => member.user.id === user);
      yield { ...channel, ...(mine && { role: mine.role, joinedAt: mine.joinedAt }) };
    }
    const last = page.at(-1);
    if (!last || page.length < limits.pageMax) break;
    cursor = { at: last.createdAt, id: last.id };
  }
  for (const id of await formerChannels(db, user)) if (!known.has(id)) yield { id };
}

/** A body that is made as it is read. What fails on the way breaks it off: an export is whole or it is no JSON. */
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
