// Search, and what follows a person from device to device: drafts and mutes.
import { type Browser, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, openPage, type Person, password, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** A new message is found within two seconds [S183]. The rest is for a slow machine. */
const SOON_MS = 15_000;

const field = (page: Page) => page.getByRole("searchbox", { name: "Search" });
const hits = (page: Page) => page.getByRole("list", { name: "Search results" }).getByRole("link");

/** Repeats the search until it finds the message. */
async function find(page: Page, words: string, found: RegExp): Promise<void> {
  await field(page).click();
  await expect(async () => {
    await field(page).fill("");
    await expect(page.getByText("What was it again?")).toBeVisible();
    await field(page).fill(words);
    await expect(hits(page).filter({ hasText: found }).first()).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: SOON_MS });
}

/** Opens another chat than the open one. */
async function switchTo(person: Person, other: Person): Promise<void> {
  await openChat(person, other);
  await expect(person.page.getByRole("dialog")).toHaveCount(0);
}

/** Signs in to the same account in another browser. */
async function signIn(browser: Browser, { handle }: Person): Promise<Page> {
  const page = await openPage(browser, server.url);
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  return page;
}

test("a Korean word of two syllables is found inside another, and the hit leads to its message", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "다음 주 회의실은 예약했나요?");
  for (let i = 1; i <= 12; i++) await say(alice, `line ${i}.`);
  await expect(message(alice.page, "line 12.")).toBeVisible();
  await switchTo(alice, alice);
  await alice.page.keyboard.press("Control+k");
  await expect(field(alice.page)).toBeFocused();
  await find(alice.page, "회의", /회의실은/);
  const hit = hits(alice.page).first();
  await expect(hit.locator("mark")).toHaveText("회의");
  await expect(hit).toContainText("Bob");
  await expect(alice.page.getByText("1 message found")).toBeVisible();
  await field(alice.page).press("ArrowDown");
  await expect(hit).toBeFocused();
  await hit.press("Enter");
  await expect(message(alice.page, "회의실은")).toBeInViewport();
  await expect(message(alice.page, "회의실은")).toHaveAttribute("data-lit");
  await expect(alice.page).toHaveURL(/\/c\/c_\w+\?m=\d+#q=/);
  // Back to the notes: the hits are still there, and a reload finds them again.
  await alice.page.goBack();
  await expect(hits(alice.page)).toHaveCount(1);
  await alice.page.reload();
  await expect(field(alice.page)).toHaveValue("회의");
  await expect(hits(alice.page)).toHaveCount(1);
  await field(alice.page).press("Escape");
  await expect(hits(alice.page)).toHaveCount(0);
  await expect(alice.page.getByRole("link", { name: /Bob/ })).toBeVisible();
});

test("a search in one chat finds nothing of the others, and shows the syntax", async ({ browser }) => {
  test.setTimeout(120_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "the harbour at dawn");
  await switchTo(alice, alice);
  await say(alice, "the harbour at dusk");
  await find(alice.page, "harbour", /dusk/);
  await find(alice.page, "harbour", /dawn/);
  await field(alice.page).press("Escape");
  await alice.page.getByRole("button", { name: "Search in this chat" }).click();
  await expect(field(alice.page)).toBeFocused();
  await field(alice.page).fill("harbour");
  await expect(hits(alice.page)).toHaveCount(1);
  await expect(hits(alice.page).first()).toContainText("dusk");
  await alice.page.getByRole("button", { name: "Search all chats" }).click();
  await expect(hits(alice.page)).toHaveCount(2);
  await field(alice.page).fill("harbour dawn dusk");
  await expect(alice.page.getByText("from:alice from:me")).toBeVisible();
  await expect(hits(alice.page)).toHaveCount(0);
});

test("a reply in a thread is found, and the thread opens at it", async ({ browser }) => {
  test.setTimeout(120_000);
  const alice = await register(browser, server.url, "Alice", { viewport: { width: 390, height: 844 } });
  const { page } = alice;
  await openChat(alice, alice);
  await say(alice, "a question");
  await message(page, "a question").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Reply in thread", exact: true }).click();
  const reply = page.getByRole("textbox", { name: "Reply" });
  await reply.fill("the peculiar answer");
  await reply.press("Enter");
  await page.goto("/");
  await field(page).click();
  await find(page, "peculiar", /peculiar answer/);
  await hits(page).first().click();
  // With one pane at a time, the thread is shown.
  await expect(page.getByRole("complementary", { name: "Thread" })).toBeVisible();
  await expect(message(page, "peculiar")).toHaveAttribute("data-lit");
  await page.goBack();
  await expect(hits(page).first()).toBeVisible();
});

test("a draft is on both devices until it is sent", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "Which way?");
  const laptop = await signIn(browser, bob);
  for (const page of [bob.page, laptop]) {
    await page.getByRole("link", { name: /Alice/ }).click();
    await expect(message(page, "Which way?")).toBeVisible();
  }
  await message(bob.page, "Which way?").click({ button: "right" });
  await bob.page.getByRole("menuitem", { name: "Reply", exact: true }).click();
  await composer(bob.page).fill("North, I thi");
  await expect(composer(laptop)).toHaveValue("North, I thi");
  await expect(laptop.getByText("Replying to Alice")).toBeVisible();
  // In the list, where the chat is not open.
  await switchTo({ ...bob, page: laptop }, bob);
  await expect(laptop.getByRole("link", { name: /Alice/ })).toContainText("Draft: North, I thi");
  await laptop.reload();
  await laptop.getByRole("link", { name: /Alice/ }).click();
  await expect(composer(laptop)).toHaveValue("North, I thi");
  await composer(laptop).fill("North, I think");
  await composer(laptop).press("Enter");
  await expect(message(alice.page, "North, I think")).toContainText("Which way?");
  await expect(composer(bob.page)).toHaveValue("");
  await bob.page.reload();
  await expect(message(bob.page, "North, I think")).toBeVisible();
  await expect(composer(bob.page)).toHaveValue("");
});

test("a muted chat is marked, does not count in the title, and is muted on every device", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "ahoy");
  const laptop = await signIn(browser, bob);
  await bob.page.getByRole("link", { name: /Alice/ }).click();
  await bob.page.getByRole("button", { name: "Details" }).click();
  await bob.page.getByRole("button", { name: "Mute" }).click();
  await bob.page.getByRole("menuitem", { name: "For 1 hour" }).click();
  await expect(bob.page.getByText(/Muted until/)).toBeVisible();
  const row = laptop.getByRole("link", { name: /Alice/ });
  await expect(row).toHaveAccessibleName(/Muted/);
  // An open chat would be read, so no page shows it.
  await bob.page.goto("/");
  await say(alice, "anybody there?");
  await expect(row).toHaveAccessibleName(/unread/);
  await expect(laptop).toHaveTitle("Parley");
  await bob.page.goBack();
  await bob.page.getByRole("button", { name: "Unmute" }).click();
  await expect(row).not.toHaveAccessibleName(/Muted/);
});

test("an account is exported and deleted, and others see a deleted account", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "hello");
  await expect(bob.page.getByRole("link", { name: /Alice/ })).toContainText("hello");
  await alice.page.getByRole("button", { name: "Settings" }).click();
  const download = alice.page.waitForEvent("download");
  await alice.page.getByRole("button", { name: "Download my data" }).click();
  expect((await download).suggestedFilename()).toMatch(
    new RegExp(`^parley-export-${alice.handle}-\\d{4}-\\d\\d-\\d\\d\\.json$`),
  );
  await alice.page.getByRole("button", { name: "Delete account" }).click();
  const dialog = alice.page.getByRole("dialog", { name: "Delete your account?" });
  const confirm = dialog.getByRole("button", { name: "Delete my account for good" });
  await dialog.getByLabel("Your password").fill("not the password");
  await confirm.click();
  await expect(dialog.getByText("Tick the box to go on.")).toBeVisible();
  await dialog.getByRole("checkbox").check();
  await confirm.click();
  await expect(dialog.getByText("The current password is wrong.")).toBeVisible();
  await dialog.getByLabel("Your password").fill(password);
  await confirm.click();
  await expect(alice.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await bob.page.reload();
  const row = bob.page.getByRole("link", { name: /Deleted account/ });
  await expect(row).toBeVisible({ timeout: 30_000 });
  await row.click();
  await expect(bob.page.getByText("Message deleted")).toBeVisible({ timeout: 30_000 });
  await expect(bob.page.getByText(`@${alice.handle}`)).toHaveCount(0);
});

test("[S184] a chat that did not answer is mentioned below the hits, and can be tried again", async ({ browser }) => {
  test.setTimeout(120_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "a walnut for you");
  await expect(message(alice.page, "a walnut for you")).toBeVisible();
  await find(alice.page, "walnut", /a walnut for you/);
  const note = alice.page.getByText("One chat didn’t answer, so messages may be missing here.");
  await expect(note).toHaveCount(0);
  let isBroken = true;
  await alice.page.route("**/v1/search", async (route) => {
    const response = await route.fetch();
    const page = await response.json();
    const channel = new URL(alice.page.url()).pathname.split("/").at(-1);
    await route.fulfill({ response, json: isBroken ? { ...page, incomplete: [channel] } : page });
  });
  await field(alice.page).fill("walnut you");
  await expect(note).toBeVisible();
  await expect(hits(alice.page)).toHaveCount(1);
  isBroken = false;
  await alice.page.getByRole("button", { name: "Try again" }).click();
  await expect(alice.page.getByText("1 message found")).toBeVisible();
  await expect(note).toHaveCount(0);
  await expect(hits(alice.page)).toHaveCount(1);
  await alice.page.unrouteAll({ behavior: "wait" });
});
