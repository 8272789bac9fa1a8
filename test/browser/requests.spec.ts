// Requests of strangers on the page: who asks, the answers, and the setting.
import { type Browser, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { accessibilityFaults, looks, overflow } from "./looks";
import { composer, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Registers a person whom strangers must ask. */
async function registerShy(browser: Browser, name: string): Promise<Person> {
  const person = await register(browser, server.url, name);
  await person.page.getByRole("button", { name: "Settings" }).click();
  const choice = person.page.getByRole("radio", { name: "People I share a chat with" });
  const saved = person.page.waitForResponse(
    (response) => response.url().endsWith("/v1/me") && response.request().method() === "PATCH",
  );
  await choice.check();
  expect((await saved).ok()).toBe(true);
  await expect(choice).toBeChecked();
  await person.page.keyboard.press("Escape");
  return person;
}

async function makeGroup({ page }: Person, name: string, person: Person): Promise<void> {
  await page.getByRole("button", { name: "New chat" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("A group", { exact: true }).click();
  await dialog.getByLabel("Group name").fill(name);
  await dialog.getByRole("textbox", { name: "People" }).fill(person.handle);
  await dialog.getByRole("textbox", { name: "People" }).press("Enter");
  await expect(dialog.getByText(person.name, { exact: false }).first()).toBeVisible();
  await dialog.getByRole("button", { name: "Create group" }).click();
  await expect(composer(page)).toBeVisible();
}

const requestsLink = (page: Page) => page.getByRole("link", { name: /^Requests/ });
const note = (page: Page) => page.getByText("has not accepted your request yet");

test("a first message waits for an answer, and the chat opens when it is accepted", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await registerShy(browser, "Bob")];
  await expect(requestsLink(bob.page)).toHaveCount(0);
  await openChat(alice, bob);
  await expect(note(alice.page)).toBeVisible();
  await say(alice, "**Hello** <b>Bob</b>");
  await expect(requestsLink(bob.page)).toContainText("1");
  await requestsLink(bob.page).click();
  const request = bob.page.getByRole("listitem").filter({ hasText: alice.handle });
  await expect(request).toContainText("Hello <b>Bob</b>");
  await expect(bob.page.getByRole("link", { name: /Alice/ })).toHaveCount(0);
  await bob.page.getByRole("button", { name: "Accept the request of Alice" }).click();
  await expect(message(bob.page, "Hello")).toBeVisible();
  await expect(requestsLink(bob.page)).toHaveCount(0);
  await expect(note(alice.page)).toHaveCount(0);
  await say(bob, "Hello Alice");
  await expect(message(alice.page, "Hello Alice")).toBeVisible();
});

test("a declined stranger sees no difference and cannot ask again", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await registerShy(browser, "Bob")];
  await makeGroup(alice, "Harbour", bob);
  await requestsLink(bob.page).click();
  await expect(bob.page.getByText("asks you to join “Harbour”")).toBeVisible();
  await bob.page.getByRole("button", { name: "Decline the request of Alice" }).click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
  await expect(bob.page.getByText("No requests")).toBeVisible();
  await alice.page.getByRole("button", { name: "Details" }).click();
  await expect(alice.page.getByText("Asked, not here yet")).toBeVisible();
  await expect(alice.page.getByRole("complementary").getByText(`@${bob.handle}`)).toBeVisible();
  await alice.page.getByRole("button", { name: "New chat" }).first().click();
  const dialog = alice.page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Handle" }).fill(bob.handle);
  await dialog.getByRole("button", { name: "Open chat" }).click();
  await expect(dialog.getByRole("alert")).toContainText("doesn’t accept requests from you");
});

test("requests, the note and the setting have no accessibility fault and no overflow", async ({
  browser,
}, testInfo) => {
  test.setTimeout(180_000);
  const [alice, carol] = [
    await register(browser, server.url, "Alice"),
    await register(browser, server.url, "Caro 아주 길어서 여러 줄로 나뉘어야 하는 이름의 사람"),
  ];
  const bob = await registerShy(browser, "Bob");
  await openChat(alice, bob);
  await say(alice, "Hi Bob, we met at the harbour: https://example.org/a-very-long-address/that-has-to-wrap-somewhere");
  await makeGroup(carol, "Climbing on Thursdays, beginners welcome", bob);
  await expect(requestsLink(bob.page)).toContainText("2");
  const chat = new URL(alice.page.url()).pathname;
  const pages = [
    { name: "requests", of: bob, path: "/requests", ready: (page: Page) => page.getByRole("button").nth(3) },
    { name: "list", of: bob, path: "/", ready: (page: Page) => page.locator(".requests-link") },
    { name: "note", of: alice, path: chat, ready: (page: Page) => page.locator(".chat-note") },
    { name: "setting", of: bob, path: "/settings", ready: (page: Page) => page.getByRole("dialog") },
    { name: "pending", of: carol, path: `${new URL(carol.page.url()).pathname}/details`, ready: pendingRow },
  ];
  for (const { name: look, ...options } of looks) {
    for (const { name, of, path, ready } of pages) {
      await test.step(`${look}, ${name}`, async () => {
        const storageState = await of.page.context().storageState();
        const context = await browser.newContext({ ...options, storageState, baseURL: server.url });
        const page = await context.newPage();
        await page.goto(path);
        await expect(ready(page)).toBeVisible();
        if (name === "setting") await page.locator(".choices").last().scrollIntoViewIfNeeded();
        await page.screenshot({ path: testInfo.outputPath(`${look}-${name}.png`) });
        // A phone hides the main pane beside the list, so only the link is checked there.
        expect(await accessibilityFaults(page, name === "list" ? ".requests-link" : undefined)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        await context.close();
      });
    }
  }
});

const pendingRow = (page: Page) => page.locator(".people-title");
