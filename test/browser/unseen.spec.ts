// What stays marked until it was seen: replies in threads, mentions that come with an edit, and a
// channel that was set to unread. And what must not stay on the screen: text that was edited or
// deleted, in a reply bar or in a notification.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { pretendToBe, silentFlags } from "./fake-push";
import { note, scene, shown } from "./notification-scene";
import { composer, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Chooses an action from the menu of a message. */
async function act(page: Page, text: string, action: string): Promise<void> {
  await message(page, text).first().click({ button: "right" });
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** Alice has the chat with Bob open, and Bob the chat with her. */
async function pair(browser: Parameters<typeof register>[0]): Promise<{ alice: Person; bob: Person; channel: string }> {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await openChat(alice, bob);
  await openChat(bob, alice);
  return { alice, bob, channel: new URL(bob.page.url()).pathname.split("/")[2] ?? "" };
}

const toList = ({ page }: Person) => page.goto("/");
const inList = ({ page }: Person, name: RegExp) => page.getByRole("link", { name });
const edit = async (person: Person, text: string, next: string) => {
  await act(person.page, text, "Edit");
  await composer(person.page).fill(next);
  await composer(person.page).press("Enter");
};
async function remove({ page }: Person, text: string): Promise<void> {
  await act(page, text, "Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();
  await expect(message(page, text)).toHaveCount(0);
}

test("an unread mark set by hand ends when the chat is opened, also when its messages were deleted", async ({
  browser,
}) => {
  const { alice, bob } = await pair(browser);
  for (const text of ["stays", "goes", "goes too"]) await say(bob, text);
  await expect(message(alice.page, "goes too")).toBeVisible();
  await act(alice.page, "goes", "Mark as unread");
  await toList(alice);
  await expect(inList(alice, /Bob.*2 unread/)).toBeVisible();
  await remove(bob, "goes too");
  await remove(bob, "goes");
  await expect(inList(alice, /Bob.*1 unread/)).toBeVisible();
  await inList(alice, /Bob/).click();
  await expect(message(alice.page, "stays")).toBeVisible();
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
  await toList(alice);
  await expect(inList(alice, /Bob/)).toBeVisible();
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
});

test("a reply in a thread is marked on its root and in the list until it was seen", async ({ browser }) => {
  const { alice, bob } = await pair(browser);
  await say(alice, "A question");
  await act(bob.page, "A question", "Reply in thread");
  const reply = bob.page.getByRole("textbox", { name: "Reply" });
  await reply.fill("An answer");
  await reply.press("Enter");
  const root = message(alice.page, "A question");
  await expect(root).toContainText("1 new");
  await say(bob, "In the channel");
  await expect(message(alice.page, "In the channel")).toBeVisible();
  await expect(inList(alice, /Bob.*1 unread/)).toBeVisible();
  // After the channel was read and left, the mark is still there.
  await toList(alice);
  await expect(inList(alice, /Bob.*1 unread/)).toBeVisible();
  await inList(alice, /Bob/).click();
  await expect(root).toContainText("1 new");
  await alice.page.getByRole("button", { name: "1 new reply in threads" }).click();
  await expect(message(alice.page, "An answer")).toBeVisible();
  await expect(root.first()).not.toContainText("1 new");
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
  // A reply that arrives in the open thread is seen.
  await reply.fill("More");
  await reply.press("Enter");
  await expect(message(alice.page, "More")).toBeVisible();
  await alice.page.waitForTimeout(2_500);
  await toList(alice);
  await expect(inList(alice, /Bob/)).toBeVisible();
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
});

test("a reply that is also sent to the chat is shown there, and leads to its thread", async ({ browser }) => {
  const { alice, bob } = await pair(browser);
  await say(alice, "A question");
  await act(bob.page, "A question", "Reply in thread");
  const reply = bob.page.getByRole("textbox", { name: "Reply" });
  const toChannel = bob.page.getByLabel("Also send to the chat");
  await toChannel.check();
  await reply.fill("An answer for all");
  await reply.press("Enter");
  await expect(toChannel).not.toBeChecked();
  await expect(message(bob.page, "An answer for all")).toHaveCount(2);
  await expect(message(alice.page, "An answer for all")).toBeVisible();
  await message(alice.page, "An answer for all").getByRole("button", { name: "Replied in a thread" }).click();
  await expect(message(alice.page, "An answer for all")).toHaveCount(2);
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
});

test("a mention that comes with an edit is counted, and leads to its message", async ({ browser }) => {
  const { alice, bob, channel } = await pair(browser);
  await say(bob, "Who comes?");
  await expect(message(alice.page, "Who comes?")).toBeVisible();
  const seq = await message(bob.page, "Who comes?").count();
  expect(seq).toBe(1);
  await bob.page.evaluate(async (path) => {
    for (let i = 0; i < 60; i++) {
      const headers = { "content-type": "application/json", "idempotency-key": `line ${i}` };
      const body = JSON.stringify({ text: `line ${i}\n\n\n` });
      await fetch(path, { method: "POST", headers, body });
    }
  }, `/v1/channels/${channel}/messages`);
  await expect(message(alice.page, "line 59")).toBeVisible();
  await alice.page.waitForTimeout(2_500);
  await toList(alice);
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
  await bob.page.evaluate(
    async ([path, text]) => {
      const headers = { "content-type": "application/json", "idempotency-key": "the edit" };
      await fetch(`${path}/1`, { method: "PATCH", headers, body: JSON.stringify({ text }) });
    },
    [`/v1/channels/${channel}/messages`, `Who comes? @${alice.handle}`],
  );
  await expect(inList(alice, /Bob.*Mentions you.*1 unread/)).toBeVisible();
  await inList(alice, /Bob/).click();
  await expect(message(alice.page, "line 59")).toBeVisible();
  await expect(inList(alice, /Bob.*Mentions you.*1 unread/)).toBeVisible();
  await alice.page.getByRole("button", { name: "You were mentioned" }).click();
  await expect(message(alice.page, "Who comes?")).toBeVisible();
  await expect(alice.page.getByRole("button", { name: "You were mentioned" })).toHaveCount(0);
  await expect(inList(alice, /Bob.*unread/)).toHaveCount(0);
});

test("a reply bar says what its message says", async ({ browser }) => {
  const { alice, bob } = await pair(browser);
  await say(bob, "the code is 1234");
  await expect(message(alice.page, "the code is 1234")).toBeVisible();
  await act(alice.page, "the code is 1234", "Reply");
  await composer(alice.page).fill("thanks");
  const bar = alice.page.locator(".task-bar");
  await expect(bar).toContainText("the code is 1234");
  await edit(bob, "the code is 1234", "forget it");
  await expect(bar).toContainText("forget it");
  await expect(bar).not.toContainText("1234");
  await remove(bob, "forget it");
  await expect(bar).toContainText("Message deleted");
  await expect(bar).not.toContainText("forget it");
  await expect(composer(alice.page)).toHaveValue("thanks");
});

test("a notification is reworded without a sound, and does not return after it was dismissed", async ({ browser }) => {
  const { alice, worker, deliver } = await scene(browser, server.url);
  await pretendToBe(worker, "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36");
  const bodies = async () => (await shown(alice.page)).map(({ body }) => body).sort();
  const reworded = (version: number, text: string) =>
    note("c_one", { key: `k1~${version}`, rewords: { key: "k1", version }, text });
  await deliver(note("c_one", { text: "the code is 1234" }));
  await expect.poll(bodies).toEqual(["the code is 1234"]);
  await deliver(reworded(3, "forget it"));
  await expect.poll(bodies).toEqual(["forget it"]);
  await deliver(reworded(2, "an older text"));
  await deliver(note("c_one", { text: "the code is 1234" }));
  await deliver(note("c_two", { key: "k2", seq: 2, through: 2, text: "of another chat" }));
  await expect.poll(bodies).toEqual(["forget it", "of another chat"]);
  expect(await silentFlags(worker)).toEqual([false, true, false]);
  await alice.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (const notification of await registration.getNotifications({ tag: "c_one" })) notification.close();
  });
  await deliver(reworded(5, "once more"));
  await deliver(note("c_three", { key: "k3", seq: 3, through: 3, text: "the last one" }));
  await expect.poll(bodies).toEqual(["of another chat", "the last one"]);
});
