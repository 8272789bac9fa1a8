// What a person does on the page, in a person's words.
import { type Browser, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import { Server } from "../simulation/kit/dev-server";

let made = 0;

export interface Person {
  page: Page;
  handle: string;
  name: string;
}

/** A test that leaves no page open, because dozens of them slow down all that come after, and may use a server that runs for all of them. */
export const test = base.extend<{ closing: undefined }, { running: Server }>({
  closing: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
  running: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads what a fixture needs from its first parameter.
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
});

export const password = "correct horse battery";

/** A new profile of a browser with the page open. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ ...options, baseURL: url });
  const page = await context.newPage();
  await page.goto("/");
  return page;
}

/** Somebody who has just made an account. */
export async function register(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const page = await openPage(browser, url, options);
  const latin = name.toLowerCase().replace(/[^a-z]/g, "") || "sky";
  const handle = `${latin}-${Date.now().toString(36)}${made++}`;
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Display name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  return { page, handle, name };
}

/** Opens the chat with somebody by their handle. */
export async function openChat({ page }: Person, other: Person): Promise<void> {
  await page.getByRole("button", { name: "New chat" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Handle" }).fill(other.handle);
  await dialog.getByRole("button", { name: "Open chat" }).click();
  await expect(composer(page)).toBeVisible();
}

export const composer = (page: Page) => page.getByRole("textbox", { name: "Message" });

export async function say({ page }: Person, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

export const message = (page: Page, text: string) => page.getByRole("article").filter({ hasText: text });
