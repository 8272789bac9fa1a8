// What happens during a sync. The test decides when a channel answers its wake.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { type RpcResult, succeed } from "../../src/domain/error";
import type { ChannelPort } from "../../src/domain/ports";
import type { InboxRow } from "../../src/protocol";
import { readRates } from "../../src/runtime/rate-config";
import type { SocketIndex } from "../../src/runtime/sockets";
import { DueAlarm } from "../../src/user/alarm";
import { deliverRow } from "../../src/user/delivery";
import { Devices } from "../../src/user/devices";
import { StoredInbox } from "../../src/user/inbox";
import { pollInbox } from "../../src/user/inbox-poll";
import { InboxSync } from "../../src/user/inbox-sync";
import { LiveInbox } from "../../src/user/live-inbox";
import { UserRates } from "../../src/user/rates";
import type { UserSocketState } from "../../src/user/socket-state";
import { TokenCutoff } from "../../src/user/token-cutoff";
import { hastenTimers } from "../support/timers";

const blank = { epochNumber: 1, preview: null, read: 0, unreadFrom: null, unread: 0, mentions: 0, at: 1 };
const row = (channel: string, head: number): InboxRow => ({ ...blank, channel, head });

interface SyncedUser {
  inbox: LiveInbox;
  devices: Devices;
  rates: UserRates;
  tokenCutoff: TokenCutoff;
  sync: InboxSync;
}

/**
 * A user object with one device, which collects the rows that it gets, and channels that answer by
 * `answers`.
 */
async function withUser(
  work: (user: SyncedUser, sentRows: InboxRow[], answers: Map<string, (row: InboxRow) => void>) => Promise<void>,
): Promise<void> {
  const stub = env.USERS.getByName(`u_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`);
  await stub.removeChannel("c_none", "u_nobody");
  await runInDurableObject(stub, async (_, { storage }) => {
    const sentRows: InboxRow[] = [];
    const answers = new Map<string, (row: InboxRow) => void>();
    const wake = (channel: string) =>
      new Promise<RpcResult<InboxRow>>((resolve) => answers.set(channel, (answer) => resolve(succeed(answer))));
    const channels = { getByName: (channel: string) => ({ wake: () => wake(channel) }) as unknown as ChannelPort };
    const now = () => Date.now();
    const sockets = {
      all: () => [{ state: { user: "u_1", active: true } }],
      lastSeenAt: now,
      send: (_device: unknown, frame: string) => sentRows.push(...JSON.parse(frame).rows),
    } as unknown as SocketIndex<UserSocketState>;
    const inbox = new LiveInbox(new StoredInbox(storage.sql));
    const devices = new Devices(sockets, now);
    const rates = new UserRates(readRates(env.RATES), now);
    const alarm = new DueAlarm(storage);
    const sync = new InboxSync({ inbox, devices, rates, channels, alarm, now });
    await work({ inbox, devices, rates, sync, tokenCutoff: new TokenCutoff(storage.sql) }, sentRows, answers);
  });
}

test("a row that a wake brought reaches the other devices, also where another channel moves on meanwhile", async () => {
  await withUser(async (user, sentRows, answers) => {
    user.inbox.stored.put(row("c_1", 1), true);
    user.inbox.stored.put(row("c_2", 1), false);
    const answer = user.sync.sync("u_1", { id: "1", after: 0 });
    await Promise.resolve();
    deliverRow(user, row("c_2", 2), []);
    answers.get("c_1")?.(row("c_1", 7));
    await answer;
    expect(sentRows).toContainEqual(expect.objectContaining({ channel: "c_1", head: 7 }));
  });
});

test("[S4] a first poll whose session ends while the channels are woken is refused", async () => {
  await withUser(async (user, _sentRows, answers) => {
    user.inbox.stored.put(row("c_1", 1), true);
    const caller = { user: "u_1", session: "s_1", issuedAt: 10 };
    const answer = pollInbox(user, caller, { knownTag: null, query: { id: "1", after: 0, wait: 0 } });
    await Promise.resolve();
    user.tokenCutoff.raise(100);
    answers.get("c_1")?.(row("c_1", 7));
    await expect(answer).rejects.toMatchObject({ code: "token_expired" });
  });
});

test("a channel that never answers its wake does not hold up the sync: its row comes without a preview", async () => {
  hastenTimers();
  try {
    await withUser(async (user) => {
      user.inbox.stored.put({ ...row("c_1", 1), preview: { author: "u_2", text: "unread", at: 1 } }, true);
      const { rows } = await user.sync.sync("u_1", { id: "1", after: 0 });
      expect(rows).toEqual([expect.objectContaining({ channel: "c_1", head: 1, preview: null })]);
      expect(user.sync.dueAt).not.toBeNull();
    });
  } finally {
    vi.restoreAllMocks();
  }
});
