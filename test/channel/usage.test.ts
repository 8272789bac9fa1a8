// What a channel counts of its own costs, as the operator sees it.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { ChannelUsage } from "../../src/protocol";
import { command, drained, operator } from "../support/archive";
import { call } from "../support/http";
import { say } from "../support/log";
import { openTrio } from "../support/pair";

vi.setConfig({ testTimeout: 60_000 });

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

/** The usage of a channel as the operator sees it. */
async function usageOf(channel: string): Promise<ChannelUsage> {
  for (let cursor = ""; ; ) {
    const path = `/v1/operator/channels?limit=7${cursor && `&cursor=${cursor}`}`;
    const page = await call<{ items: ChannelUsage[]; next: string | null }>(path, { token: operator });
    const found = page.items.find((item) => item.channel === channel);
    if (found) return found;
    if (page.next === null) throw new Error("not listed");
    cursor = page.next;
  }
}

test("the usage of a channel is counted and survives the memory of its object", async () => {
  const { channel, a, epoch } = await openTrio({ name: "Counted" });
  const before = await usageOf(channel);
  expect(before).toMatchObject({ kind: "group", name: "Counted", members: 3, dollarsPerMillion: null });
  for (let i = 0; i < 20; i++) await say(a, epoch, `line ${i}`);
  const { head } = await drained(channel);
  const after = await usageOf(channel);
  expect(after).toMatchObject({ head, archived: head, usage: { messages: 20, since: before.usage.since } });
  for (const name of ["rowsWritten", "archiveRowsWritten", "archiveRowsRead", "socketMessages"] as const) {
    expect(after.usage[name] - before.usage[name], name).toBeGreaterThanOrEqual(name === "archiveRowsRead" ? 1 : 20);
  }
  expect([before.dollars, before.messages, after.messages]).toEqual([null, 0, 20]);
  expect(after.dollars).toBeGreaterThan(0);
  expect(after.dollarsPerMillion).toBeCloseTo(((after.dollars ?? 0) / 20) * 1e6, 6);
  // The usage is in the saved state, which a rebuild writes.
  await command(channel, { do: "rebuild" });
  await evictDurableObject(stubOf(channel), { webSockets: "hibernate" });
  const later = await usageOf(channel);
  expect(later.usage.messages).toBe(20);
  expect(later.usage.archiveRowsWritten).toBeGreaterThanOrEqual(after.usage.archiveRowsWritten);
});
