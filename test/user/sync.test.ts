// What happens during a sync. The test decides when a channel answers its wake.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type RpcResult, succeed } from "../../src/domain/error";
import type { ChannelPort } from "../../src/domain/ports";
import type { InboxRow } from "../../src/protocol";
import { HeldPolls } from "../../src/runtime/held-polls";
import { TokenBuckets } from "../../src/runtime/token-buckets";
import { deliverRow } from "../../src/user/delivery";
import { StoredInbox } from "../../src/user/inbox";
import { pollInbox } from "../../src/user/inbox-poll";
import { syncInbox } from "../../src/user/inbox-sync";
import { TokenCutoff } from "../../src/user/token-cutoff";
import type { UserParts } from "../../src/user/user";

const blank = { epochNumber: 1, preview: null, read: 0, unreadFrom: null, unread: 0, mentions: 0, at: 1 };
const row = (channel: string, head: number): InboxRow => ({ ...blank, channel, head });

/**
 * A user object with one device, which collects the rows that it gets, and channels that answer by
 * `answers`.
 */
async function withUser(
  work: (parts: UserParts, sentRows: InboxRow[], answers: Map<string, (row: InboxRow) => void>) => Promise<void>,
): Promise<void> {
  const stub = env.USERS.getByName(`u_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`);
  await stub.removeChannel("c_none", "u_nobody");
  await runInDurableObject(stub, async (_, { storage }) => {
    const sentRows: InboxRow[] = [];
    const answers = new Map<string, (row: InboxRow) => void>();
    const wake = (channel: string) =>
      new Promise<RpcResult<InboxRow>>((resolve) => answers.set(channel, (answer) => resolve(succeed(answer))));
    const parts = {
      inbox: new StoredInbox(storage.sql),
      tokenCutoff: new TokenCutoff(storage.sql),
      sockets: {
        all: () => [{ state: { user: "u_1" } }],
        send: (_device: unknown, frame: string) => sentRows.push(...JSON.parse(frame).rows),
      },
      heldPolls: new HeldPolls(20),
      newestRows: new Map(),
      pendingWakes: new Map(),
      queryBuckets: new TokenBuckets({ burst: 1_000, everyMs: 1 }),
      channelObject: (channel: string) => ({ wake: () => wake(channel) }) as unknown as ChannelPort,
      isInUse: () => true,
      now: () => Date.now(),
    } as unknown as UserParts;
    await work(parts, sentRows, answers);
  });
}

test("a row that a wake brought reaches the other devices, also where another channel moves on meanwhile", async () => {
  await withUser(async (parts, sentRows, answers) => {
    parts.inbox.put(row("c_1", 1), true);
    parts.inbox.put(row("c_2", 1), false);
    const answer = syncInbox(parts, "u_1", { id: "1", after: 0 });
    await Promise.resolve();
    deliverRow(parts, row("c_2", 2));
    answers.get("c_1")?.(row("c_1", 7));
    await answer;
    expect(sentRows).toContainEqual(expect.objectContaining({ channel: "c_1", head: 7 }));
  });
});

test("[S4] a first poll whose session ends while the channels are woken is refused", async () => {
  await withUser(async (parts, _sentRows, answers) => {
    parts.inbox.put(row("c_1", 1), true);
    const caller = { user: "u_1", session: "s_1", issuedAt: 10 };
    const answer = pollInbox(parts, caller, { knownTag: null, query: { id: "1", after: 0, wait: 0 } });
    await Promise.resolve();
    parts.tokenCutoff.raise(100);
    answers.get("c_1")?.(row("c_1", 7));
    await expect(answer).rejects.toMatchObject({ code: "token_expired" });
  });
});
