// What open pages show of people: a changed name, a deleted account, and one's own initial.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, makeGroup, message, openChat, type Person, password, register, say, signIn, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const WITHIN = { timeout: 1_000 };

const request = ({ page }: Person, method: string, body: object) =>
  page.evaluate(
    async ([verb, json]) =>
      (await fetch("/v1/me", { method: verb, headers: { "content-type": "application/json" }, body: json })).status,
    [method, JSON.stringify(body)] as const,
  );
const link = (page: Page, name: string | RegExp) => page.getByRole("link", { name });

test("a changed name shows on open pages within a second", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  const carol = await register(browser, server.url, "Carol");
  const laptop = await signIn(browser, server.url, alice);
  await openChat(alice, bob);
  await say(alice, "hello");
  await makeGroup(alice, "Deck", [carol]);
  await say(alice, "hello all");
  await link(carol.page, /Deck/).click();
  await expect(message(carol.page, "hello all")).toContainText("Alice");
  await expect(link(bob.page, /Alice/)).toBeVisible();
  expect(await request(alice, "PATCH", { name: "Zoë" })).toBe(200);
  // Bob has the chat in his list, Carol has the group open, the laptop is Alice's own.
  await expect(link(bob.page, /Zoë/)).toBeVisible(WITHIN);
  await expect(message(carol.page, "hello all")).toContainText("Zoë", WITHIN);
  await expect(laptop.page.locator(".sidebar-me")).toContainText("Zoë", WITHIN);
  await link(bob.page, /Zoë/).click();
  await expect(bob.page.getByRole("heading", { name: "Zoë" })).toBeVisible();
  // The avatars of my own messages show my name's letter, not that of "You".
  await message(alice.page, "hello all").hover();
  await message(alice.page, "hello all").getByRole("button", { name: "Reply in thread" }).click();
  await alice.page.getByRole("textbox", { name: /reply/i }).fill("a reply");
  await alice.page.getByRole("textbox", { name: /reply/i }).press("Enter");
  await expect(message(alice.page, "hello all").first().locator(".replies .avatar")).toHaveText("Z");
  await expect(alice.page.locator(".sidebar-foot .avatar")).toHaveText("Z");
});

test("a deleted account shows on open pages within a second, and a message to it is refused", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  const carol = await register(browser, server.url, "Carol");
  await openChat(alice, bob);
  await say(alice, "soon gone");
  await openChat(alice, carol);
  await say(alice, "soon gone too");
  await openChat(bob, alice);
  await expect(message(bob.page, "soon gone")).toBeVisible();
  await expect(link(carol.page, /Alice/)).toContainText("soon gone too");
  // Carol's message waits while she is offline.
  await openChat(carol, alice);
  await carol.page.context().setOffline(true);
  await say(carol, "are you there?");
  expect(await request(alice, "DELETE", { password })).toBe(204);
  await expect(link(bob.page, /Deleted account/)).toBeVisible(WITHIN);
  await expect(bob.page.getByText("This account was deleted.")).toBeVisible(WITHIN);
  await expect(message(bob.page, "soon gone")).toHaveCount(0);
  await expect(link(bob.page, /Deleted account/)).not.toContainText("No messages yet");
  await carol.page.context().setOffline(false);
  const row = message(carol.page, "are you there?");
  await expect(row).toContainText("Not sent.", { timeout: 30_000 });
  await expect(row).toContainText("This account was deleted. Nobody would read the message.");
  await expect(row.getByRole("button", { name: "Copy" }).last()).toBeVisible();
  await expect(composer(carol.page)).toHaveCount(0);
});
