// The summary of a thread, which is kept with each reply and deletion, equals a recount of the
// thread at any time.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits, type Replies } from "../../src/protocol";
import { perform, say } from "../support/log";
import { openTrio } from "../support/pair";
import { runs } from "../support/runs";
import { join } from "../support/socket";

const STEPS = runs(150, 3_000);
/** As in `domain/annotations.ts`: the participants are the authors of the newest replies. */
const PARTICIPANT_REPLIES = 25;

/** Random numbers below `end`, the same for the same seed. */
function randomOf(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * end);
  };
}

interface Reply {
  seq: number;
  author: string;
  at: number;
}

function recount(live: readonly Reply[]): Pick<Replies, "count" | "lastAt" | "participants"> {
  const newest = live.slice(-PARTICIPANT_REPLIES).reverse();
  const participants = [...new Set(newest.map(({ author }) => author))].slice(0, limits.threadParticipants);
  return { count: live.length, lastAt: newest[0]?.at ?? null, participants };
}

const inChannel = (channel: string, query: string, ...values: (string | number)[]) =>
  runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    storage.sql.exec(query, ...values);
  });

test("[S72] replies, deletions and an erasure keep the summary of a thread right", { timeout: 600_000 }, async () => {
  const { alice, bob, channel, a, b, c, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  const random = randomOf(7);
  const devices = [a, b, c];
  let live: Reply[] = [];
  let summary: Replies | undefined;
  const check = () => {
    if (summary) expect(summary).toMatchObject(recount(live));
  };
  for (let step = 0; step < STEPS; step++) {
    const dice = random(10);
    const isShrinking = Math.floor(step / 70) % 2 === 1;
    if (dice < (isShrinking ? 3 : 7) || live.length === 0) {
      const by = devices[random(3)] ?? a;
      const event = await perform(by, epoch, { type: "message.send", text: `reply ${step}`, thread: root });
      live.push({ seq: event.seq, author: event.actor, at: event.at });
      if (event.type === "message.sent") summary = event.data.root?.replies;
    } else if (dice < 9) {
      // Usually one of the newest, whose author and time the summary shows.
      const index = random(3) === 0 ? random(live.length) : Math.max(0, live.length - 1 - random(3));
      const { seq } = live[index] ?? { seq: 0 };
      const event = await perform(a, epoch, { type: "message.delete", seq });
      live = live.filter((reply) => reply.seq !== seq);
      if (event.type === "message.deleted") summary = event.data.root?.replies;
    } else {
      // A thread of an earlier schema has no stored tail.
      await inChannel(channel, "UPDATE aspects SET tail = NULL WHERE seq = ?", root);
    }
    check();
  }
  for (let after: number | null = 0; after !== null; ) {
    const answer = await env.CHANNELS.getByName(channel).erase(bob.id, after);
    if (!answer.ok) throw new Error(answer.code);
    after = answer.value;
  }
  const last = await perform(a, epoch, { type: "message.send", text: "last", thread: root });
  live = [...live.filter(({ author }) => author !== bob.id), { seq: last.seq, author: alice.id, at: last.at }];
  if (last.type === "message.sent") summary = last.data.root?.replies;
  check();
});

test("[S72] deletions of the newest replies find older ones behind hundreds of deleted replies", {
  timeout: 30_000,
}, async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  const oldest = await perform(b, epoch, { type: "message.send", text: "oldest", thread: root });
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) => {
    for (let i = 1; i <= 600; i++)
      sql.exec(
        `INSERT INTO entries (seq, type, actor, nonce, at, thread, version, changed_at, deleted, body)
           VALUES (?, 'message.sent', ?, ?, ?, ?, ?, 1, 1, '')`,
        ...[oldest.seq + i, bob.id, `deleted ${i}`, oldest.at, root, oldest.seq + i],
      );
    sql.exec("UPDATE aspects SET tail = NULL WHERE seq = ?", root);
  });
  await evictDurableObject(env.CHANNELS.getByName(channel));
  const again = await join(alice, channel);
  const seqs: number[] = [];
  for (const text of ["one", "two", "three"]) seqs.push(await say(again, epoch, text, { thread: root }));
  const summaries: Replies[] = [];
  for (const seq of seqs.toReversed()) {
    const event = await perform(again, epoch, { type: "message.delete", seq });
    if (event.type === "message.deleted" && event.data.root) summaries.push(event.data.root.replies);
  }
  expect(summaries.map(({ count }) => count)).toEqual([3, 2, 1]);
  expect(summaries.at(-1)).toMatchObject({ participants: [bob.id], lastAt: oldest.at });
});
