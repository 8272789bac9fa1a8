// Helpers of the notification tests: members, and a new push service for each test.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, vi } from "vitest";
import { call, openDirect, openGroup, type Person, register } from "../support/http";
import { epochOf, join } from "../support/socket";
import { PushService } from "./service";

export let service: PushService;
/** Gives each test of the calling file a `service` of its own. */
export function renewService(): void {
  beforeEach(() => {
    service = new PushService();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}

export const soon = { timeout: 15_000, interval: 50 };
export const put = (person: Person, path: string, body: unknown) =>
  call(path, { method: "PUT", token: person.token, body });
export const read = (person: Person, channel: string, seq: number) =>
  put(person, `/v1/channels/${channel}/read`, { seq });

/** Moves the last notification this far into the past. */
export async function passed(channel: string, ms: number): Promise<void> {
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
    const known = JSON.parse(state);
    for (const cursor of Object.values<{ at: number }>(known.told)) cursor.at -= ms;
    storage.sql.exec("UPDATE standing SET state = ?", JSON.stringify(known));
  });
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
}

/** Alice, who writes, and bob, who is offline and has a subscribed browser. */
export async function pair() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  return { alice, bob, channel, a, epoch: await epochOf(a), device: await service.subscribe(bob) };
}

export async function group(...others: Person[]) {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob, ...others], { name: "회의실" });
  const a = await join(alice, channel);
  return { alice, bob, channel, a, epoch: await epochOf(a), device: await service.subscribe(bob) };
}
