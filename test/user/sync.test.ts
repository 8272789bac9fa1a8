// What happens while a device's question is under way: the channel's answer comes when the test says so.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Answer, succeed } from "../../src/domain/error";
import type { ChannelPort } from "../../src/domain/ports";
import type { InboxRow } from "../../src/protocol";
import { Buckets } from "../../src/runtime/buckets";
import { HeldPolls } from "../../src/runtime/held-polls";
import { deliver } from "../../src/user/delivery";
import { StoredInbox } from "../../src/user/inbox";
import { poll } from "../../src/user/inbox-poll";
import { sync } from "../../src/user/inbox-sync";
import type { UserParts } from "../../src/user/user";

const blank = { life: 1, preview: null, read: 0, unreadFrom: null, unread: 0, mentions: 0, at: 1 };
const row = (channel: string, head: number): InboxRow => ({ ...blank, channel, head });

/** A person with one device that hears everything live, and channels that answer by `answers`. */
async function withUser(
  work: (user: UserParts, newestRows: InboxRow[], answers: Map<string, (row: InboxRow) => void>) => Promise<void>,
): Promise<void> {
  const stub = env.USERS.getByName(`u_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`);
  await stub.drop("c_none", "u_nobody");
  await runInDurableObject(stub, async (_, { storage }) => {
    const newestRows: InboxRow[] = [];
    const answers = new Map<string, (row: InboxRow) => void>();
    const wake = (channel: string) =>
      new Promise<Answer<InboxRow>>((resolve) => answers.set(channel, (answer) => resolve(succeed(answer))));
    const user = {
      inbox: new StoredInbox(storage.sql),
      tokens: { from: 0 },
      sockets: {
        all: () => [{ state: { user: "u_1" } }],
        send: (_device: unknown, frame: string) => newestRows.push(...JSON.parse(frame).rows),
      },
      pollers: new HeldPolls(20),
      newestRows: new Map(),
      asking: new Map(),
      asks: new Buckets({ burst: 1_000, everyMs: 1 }),
      channelObject: (channel: string) => ({ wake: () => wake(channel) }) as unknown as ChannelPort,
      ringAt: () => {},
      isInUse: () => true,
      now: () => Date.now(),
    } as unknown as UserParts;
    await work(user, newestRows, answers);
  });
}

test("what a question brought reaches the other devices, whatever moves meanwhile", async () => {
  await withUser(async (user, newestRows, answers) => {
    user.inbox.put(row("c_1", 1), true);
    user.inbox.put(row("c_2", 1), false);
    const asked = sync(user, "u_1", { id: "1", after: 0 });
    await Promise.resolve();
    deliver(user, row("c_2", 2));
    answers.get("c_1")?.(row("c_1", 7));
    await asked;
    expect(newestRows).toContainEqual(expect.objectContaining({ channel: "c_1", head: 7 }));
  });
});

test("[S4] a first poll whose session ends while the channels are asked is refused", async () => {
  await withUser(async (user, _heard, answers) => {
    user.inbox.put(row("c_1", 1), true);
    const caller = { user: "u_1", session: "s_1", issuedAt: 10 };
    const asked = poll(user, caller, { known: null, query: { id: "1", after: 0, wait: 0 } });
    await Promise.resolve();
    Object.assign(user.tokens, { from: 100 });
    answers.get("c_1")?.(row("c_1", 7));
    await expect(asked).rejects.toMatchObject({ code: "token_expired" });
  });
});
