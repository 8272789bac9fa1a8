// Compares the counts of the unread index with counts that SQL makes of the rows, while the log
// grows, changes, and is evicted from memory.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { CommandContent } from "../../src/domain/log";
import { limits } from "../../src/protocol";
import { perform, refusalCode } from "../support/log";
import { openTrio } from "../support/pair";
import { runs } from "../support/runs";

const TURNS = runs(100, 2_500);
const mentions = `(e.mentions IS NOT NULL AND (instr(e.mentions, ?) > 0 OR json_extract(e.mentions, '$.all') IS NOT NULL))`;
const countQuery = `SELECT count(*) AS unread, coalesce(sum(mentioned), 0) AS mentions FROM (
  SELECT ${mentions} AS mentioned FROM entries e
   WHERE e.seq > ? AND e.type = 'message.sent' AND e.deleted = 0 AND e.actor <> ?
     AND (e.thread IS NULL OR ${mentions} OR EXISTS (
       SELECT 1 FROM aspects a WHERE a.seq = e.thread AND instr(json_extract(a.replies, '$.followers'), ?) > 0))
   ORDER BY e.seq LIMIT ?)`;

/**
 * Compares the counts of a member's inbox row with the rows of the log. Returns the unread count.
 */
async function compare(channel: string, user: string): Promise<number> {
  const stub = env.CHANNELS.getByName(channel);
  const answer = await stub.wake(user);
  if (!answer.ok) throw new Error(answer.code);
  const { read, unreadFrom, unread, mentions } = answer.value;
  const from = unreadFrom === null ? read : Math.min(read, unreadFrom - 1);
  const me = JSON.stringify(user);
  const bound = [me, from, user, me, me, limits.unreadMax];
  const counted = await runInDurableObject(stub, (_, { storage }) => storage.sql.exec(countQuery, ...bound).one());
  expect({ unread, mentions }).toEqual(counted);
  return unread;
}

/** Random numbers below `end`, the same for the same seed. */
function randomOf(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

test("inbox rows count what the log holds, through edits, deletions, follows, read marks and evictions", {
  timeout: 60_000 + 300 * TURNS,
}, async () => {
  const { alice, bob, carol, channel, a, b, c, epoch } = await openTrio();
  const people = [alice, bob, carol];
  const devices = [a, b, c];
  const stub = env.CHANNELS.getByName(channel);
  const below = randomOf(7);
  const texts = ["one", "two", `@${bob.handle}`, `@${carol.handle} and @${alice.handle}`, "@channel"];
  const written: { seq: number; author: number; thread: number | null }[] = [];
  let mostUnread = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const step = below(12);
    // Bob follows and reads more than he sends, because sending marks everything before it as read.
    const author = step < 8 ? ([0, 0, 0, 2, 2, 2, 1][below(7)] ?? 0) : 1;
    const [device, person] = [devices[author], people[author]];
    if (!device || !person) throw new Error("no such device");
    const text = texts[below(texts.length)] ?? "";
    const target = written[below(written.length)];
    const send = async (thread: number | null) => {
      const on = thread === null ? {} : { thread };
      const { seq } = await perform(device, epoch, { type: "message.send", text, ...on });
      written.push({ seq, author, thread });
    };
    if (step < 4 || !target) await send(null);
    else if (step < 8) await send(target.thread ?? target.seq);
    else if (step === 8)
      await attempt({ type: "message.edit", seq: target.seq, text: `${text} ${turn}` }, target.author);
    else if (step === 9) await attempt({ type: "message.delete", seq: target.seq }, target.author);
    else if (step === 10) {
      const type = below(2) === 0 ? "thread.follow" : "thread.unfollow";
      await refusalCode(device, epoch, { type, seq: target.thread ?? target.seq });
    } else {
      const mark = below(3) === 0 ? "markUnread" : "markRead";
      const caller = { user: person.id, session: "any", issuedAt: Date.now() };
      expect(await stub[mark](caller, target.seq)).toMatchObject({ ok: true });
    }
    if (below(40) === 0) await evictDurableObject(stub, { webSockets: "hibernate" });
    const other = people[below(3)];
    if (other) mostUnread = Math.max(mostUnread, await compare(channel, other.id));
  }
  for (const { id } of people) await compare(channel, id);
  expect(mostUnread).toBeGreaterThan(20);

  /** Sends a command as the author of its message. A refusal is fine. */
  async function attempt(command: CommandContent, author: number): Promise<void> {
    const device = devices[author];
    if (device) await refusalCode(device, epoch, command);
  }
});

test("a member with more unread messages than a row counts gets the mentions among the oldest, after edits too", async () => {
  const { alice, bob, channel, a, epoch } = await openTrio();
  const seqs: number[] = [];
  for (let at = 0; at <= limits.unreadMax; at++) {
    const text = at % 10 === 0 ? `@${bob.handle}` : `line ${at}`;
    seqs.push((await perform(a, epoch, { type: "message.send", text })).seq);
  }
  expect(await compare(channel, bob.id)).toBe(limits.unreadMax);
  await perform(a, epoch, { type: "message.edit", seq: seqs[0] ?? 0, text: "no mention" });
  expect(await compare(channel, bob.id)).toBe(limits.unreadMax);
  for (const seq of seqs.slice(0, 2)) await perform(a, epoch, { type: "message.delete", seq });
  expect(await compare(channel, bob.id)).toBe(limits.unreadMax - 1);
  expect(await compare(channel, alice.id)).toBe(0);
});
