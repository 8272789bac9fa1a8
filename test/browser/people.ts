// What a person does on the page.
import { type Browser, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import { Server } from "../simulation/kit/dev-server.ts";

let registered = 0;

export interface Person {
  page: Page;
  handle: string;
  name: string;
}

/**
 * Closes all pages after each test, because open pages slow down later tests. `running` is a server
 * that all tests of a worker share.
 */
export const test = base.extend<{ closing: undefined }, { running: Server }>({
  closing: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
  running: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
});

export const password = "correct horse battery";

/** Opens the page in a new browser profile. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ ...options, baseURL: url });
  const page = await context.newPage();
  await page.goto("/");
  return page;
}

/** A person with a new account. */
export async function register(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const page = await openPage(browser, url, options);
  const latin = name.toLowerCase().replace(/[^a-z]/g, "") || "sky";
  const handle = `${latin}-${Date.now().toString(36)}${registered++}`;
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Display name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  return { page, handle, name };
}

/** Another device of a person, in a browser profile of its own. */
export async function signIn(
  browser: Browser,
  url: string,
  { handle, name }: Person,
  options: BrowserContextOptions & { aheadMs?: number } = {},
): Promise<Person> {
  const { aheadMs = 0, ...contextOptions } = options;
  const context = await browser.newContext({ ...contextOptions, baseURL: url });
  await context.addInitScript((ms) => {
    // A device whose clock is wrong by a constant.
    const RealDate = Date;
    window.Date = class extends RealDate {
      constructor(...values: [] | [number | string]) {
        super(...((values.length === 0 ? [RealDate.now() + ms] : values) as [number]));
      }
      static override now = () => RealDate.now() + ms;
    } as DateConstructor;
  }, aheadMs);
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  return { page, handle, name };
}

/** Opens the chat with a person by handle. */
export async function openChat({ page }: Person, other: Person): Promise<void> {
  await page.getByRole("button", { name: "New chat" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Handle" }).fill(other.handle);
  await dialog.getByRole("button", { name: "Open chat" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(composer(page)).toBeVisible();
}

/** Creates a group and opens it. */
export async function makeGroup({ page }: Person, name: string, people: Person[]): Promise<void> {
  await page.getByRole("button", { name: "New chat" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("A group", { exact: true }).click();
  await dialog.getByLabel("Group name").fill(name);
  for (const person of people) {
    await dialog.getByRole("textbox", { name: "People" }).fill(person.handle);
    await dialog.getByRole("textbox", { name: "People" }).press("Enter");
    await expect(dialog.getByText(person.name, { exact: false }).first()).toBeVisible();
  }
  await dialog.getByRole("button", { name: "Create group" }).click();
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  await expect(composer(page)).toBeVisible();
}

export const composer = (page: Page) => page.getByRole("textbox", { name: "Message" });

export async function say({ page }: Person, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/**
 * Returns the messages with a text. A text that ends with a digit is looked for in what the author
 * wrote, because the time follows it without a blank: "line 1" at 2:02 reads as "line 12:02".
 */
export function message(page: Page, text: string) {
  const articles = page.getByRole("article");
  if (!/\d$/.test(text)) return articles.filter({ hasText: text });
  const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(/\s+/g, "\\s+");
  return articles.filter({ has: page.locator(".prose", { hasText: new RegExp(`${escaped}(?!\\d)`, "i") }) });
}

/** Moves the focus backwards from the composer, over its buttons, to the last message. */
export async function focusLastMessage(page: Page): Promise<void> {
  await composer(page).focus();
  const isMessage = () => page.evaluate(() => document.activeElement?.tagName === "ARTICLE");
  for (let press = 0; press < 3 && !(await isMessage()); press++) await page.keyboard.press("Shift+Tab");
}
