// What the tests of notifications start from: one person allows them, another writes.
import { type Browser, expect, type Page, type Worker } from "@playwright/test";
import { type DeliverPush, pushDeliveryTo, storeRegistration } from "./fake-push";
import { openChat, type Person, register, say } from "./people";

export const allowed = { permissions: ["notifications"] };

const channelOf = (page: Page) => new URL(page.url()).pathname.split("/")[2] ?? "";

/** The notifications on the screen. */
export const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
  });

export const titles = async (page: Page) => (await shown(page)).map(({ title }) => title).sort();

export interface Scene {
  alice: Person;
  bob: Person;
  channel: string;
  worker: Worker;
  deliver: DeliverPush;
}

/** Alice allows notifications and looks at her list; Bob has sent two messages. */
export async function scene(browser: Browser, url: string): Promise<Scene> {
  const alice = await register(browser, url, "Alice", allowed);
  const bob = await register(browser, url, "Bob");
  await openChat(bob, alice);
  await say(bob, "one");
  await say(bob, "two");
  await expect(alice.page.getByRole("link", { name: /Bob.*2 unread/ })).toBeVisible();
  const { id: user } = await (await alice.page.request.get("/v1/me")).json();
  await storeRegistration(alice.page, user);
  const raw = await pushDeliveryTo(alice.page, url);
  const deliver: DeliverPush = (sent) => raw({ user, epochNumber: 1, ...sent });
  const [worker] = alice.page.context().serviceWorkers();
  if (!worker) throw new Error("the worker does not run");
  return { alice, bob, channel: channelOf(bob.page), worker, deliver };
}

export const note = (channel: string, fields: { seq?: number } & Record<string, unknown> = {}) => ({
  ...{ type: "show", key: "k1", channel, kind: "direct", seq: 1, through: fields.seq ?? 1, thread: null, name: "" },
  ...{ author: { id: "u_bob", name: "Bob" }, text: "one", mention: false, unread: 1, at: Date.now() },
  ...fields,
});
