// Invites on the page: a link through registration and sign-in, a link to a chat, the QR code, a
// link that was revoked, and how all of it looks.
import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { encode } from "uqr";
import type { Server } from "../simulation/kit/dev-server";
import { accessibilityFaults, looks, overflow } from "./looks";
import { composer, makeGroup, message, password, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const dialog = (page: Page) => page.getByRole("dialog").last();
const invitePage = (page: Page) => page.getByRole("region", { name: "Invite" });

/** Makes a link in the dialog that is open, and returns its path. */
async function makeLink(page: Page, uses?: string): Promise<string> {
  const links = dialog(page).locator(".invite-link");
  const before = await links.count();
  if (uses !== undefined) await dialog(page).getByLabel("Uses").selectOption(uses);
  await dialog(page).getByRole("button", { name: "Create link" }).click();
  await expect(links).toHaveCount(before + 1);
  const text = (await links.first().textContent()) ?? "";
  expect(text).toMatch(/\/i\/[1-9A-HJ-NP-Za-km-z]{10}$/);
  return text.slice(text.indexOf("/i/"));
}

async function openGroupInvites(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByRole("button", { name: "Invite by link" }).click();
  await expect(dialog(page).getByRole("button", { name: "Create link" })).toBeVisible();
}

async function openMyInvites(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Manage my links" }).click();
  await expect(dialog(page).getByRole("button", { name: "Create link" })).toBeVisible();
}

/** Opens a link in a new browser profile. */
async function visit(browser: Browser, path: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

let visitors = 0;

/** Registers on the page that the link has opened. */
async function registerHere(page: Page, name: string): Promise<string> {
  const handle = `${name.toLowerCase()}-${Date.now().toString(36)}v${visitors++}`;
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Display name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  return handle;
}

/** Reads a QR code from its path: the rows of its modules, without the zone around it. */
async function modulesOf(code: Locator): Promise<string[]> {
  const [path, box] = [await code.locator("path").getAttribute("d"), await code.getAttribute("viewBox")];
  const size = Number(box?.split(" ")[2]) - 8;
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => "."));
  for (const [, x = "", y = ""] of path?.matchAll(/M(\d+) (\d+)h1v1h-1z/g) ?? []) {
    const row = rows[Number(y) - 4];
    if (row) row[Number(x) - 4] = "#";
  }
  return rows.map((row) => row.join(""));
}

test("a link to a group leads a new person through registration into the group", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  await makeGroup(alice, "Harbour walks", []);
  await say(alice, "Saturday at nine");
  await openGroupInvites(alice.page);
  const path = await makeLink(alice.page, "1");
  await expect(dialog(alice.page)).toContainText("Used 0 of 1");

  const page = await visit(browser, path);
  await expect(invitePage(page)).toContainText("You are invited to a group");
  await expect(invitePage(page)).toContainText("Harbour walks");
  await expect(invitePage(page)).toContainText("Fewer than 10 members");
  await expect(page.getByText("Saturday at nine")).toHaveCount(0);
  const handle = await registerHere(page, "Bob");
  await expect(invitePage(page).getByRole("heading", { name: "Harbour walks" })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(path);
  await invitePage(page).getByRole("button", { name: "Join group" }).click();
  await expect(message(page, "Saturday at nine")).toBeVisible();
  await say({ page, handle, name: "Bob" }, "I am in");
  await alice.page.keyboard.press("Escape");
  await expect(message(alice.page, "I am in")).toBeVisible();

  // The link is used up: a member is led to the chat, and nobody else anywhere.
  await page.goto(path);
  await invitePage(page).getByRole("button", { name: "Open chat" }).click();
  await expect(message(page, "I am in")).toBeVisible();
  const late = await visit(browser, path);
  await expect(late.getByText("This invite doesn’t work")).toBeVisible();
  await registerHere(late, "Carol").then(() =>
    expect(late.getByRole("button", { name: "New chat" }).first()).toBeVisible(),
  );
  await expect(invitePage(late)).toContainText("Ask for a new one");
});

test("a link to a chat leads through sign-in to a chat without a request", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await alice.page.getByRole("button", { name: "Settings" }).click();
  await alice.page.getByRole("radio", { name: "Nobody" }).check();
  await alice.page.keyboard.press("Escape");
  await openMyInvites(alice.page);
  const path = await makeLink(alice.page);

  const page = await visit(browser, path);
  await expect(invitePage(page)).toContainText("You are invited to a chat");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Handle").fill(bob.handle);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await invitePage(page).getByRole("button", { name: "Start chat" }).click();
  await expect(composer(page)).toBeVisible();
  await say({ ...bob, page }, "Hello Alice");
  await alice.page.keyboard.press("Escape");
  await alice.page.keyboard.press("Escape");
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(message(alice.page, "Hello Alice")).toBeVisible();
  await expect(page.getByText("has not accepted your request yet")).toHaveCount(0);
  // Her own link says that it is hers.
  await alice.page.goto(path);
  await expect(invitePage(alice.page)).toContainText("This is your own link");
});

test("the QR code holds the link, and a revoked link stops working", async ({ browser }) => {
  const problems: string[] = [];
  const alice = await register(browser, server.url, "Alice");
  alice.page.on("console", (said) => said.type() === "error" && problems.push(said.text()));
  await alice.page.getByRole("button", { name: "New chat" }).first().click();
  await alice.page.getByRole("button", { name: "My invite link" }).click();
  const path = await makeLink(alice.page);
  await dialog(alice.page)
    .getByRole("button", { name: /^QR code/ })
    .click();
  const code = alice.page.getByRole("img", { name: `QR code of ${server.url}${path}` });
  await expect(code).toBeVisible();
  const modules = await modulesOf(code);
  const { data } = encode(`${server.url}${path}`, { ecc: "M", border: 0 });
  expect(modules).toEqual(data.map((row) => row.map((isDark) => (isDark ? "#" : ".")).join("")));
  // A link of this length needs version 3 or 4, and each has the three corners of a QR code.
  expect([29, 33]).toContain(modules.length);
  const corner = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"];
  expect(modules.slice(0, 7).map((row) => row.slice(0, 7))).toEqual(corner);
  expect(modules.slice(0, 7).map((row) => row.slice(-7))).toEqual(corner);
  expect(modules.slice(-7).map((row) => row.slice(0, 7))).toEqual(corner);

  const visitor = await visit(browser, path);
  await expect(invitePage(visitor)).toContainText("Alice");
  await dialog(alice.page)
    .getByRole("button", { name: /^Revoke the link/ })
    .click();
  await dialog(alice.page).getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(alice.page.locator(".invite-link")).toHaveCount(0);
  await expect(dialog(alice.page)).toContainText("There is no link yet");
  await visitor.reload();
  await expect(visitor.getByText("This invite doesn’t work")).toBeVisible();
  expect(problems).toEqual([]);
});

test("links and the page of an invite have no accessibility fault and no overflow", async ({ browser }, testInfo) => {
  test.setTimeout(180_000);
  const owner = await register(browser, server.url, "Alice");
  await makeGroup(owner, "Climbing on Thursdays, beginners welcome 목요일 클라이밍 모임", []);
  const chat = new URL(owner.page.url()).pathname;
  await openGroupInvites(owner.page);
  await makeLink(owner.page, "10");
  const path = await makeLink(owner.page);
  const guest = await register(browser, server.url, "Bob");
  const openLinks = async (page: Page) => {
    await page.locator(".settings-section .settings-action").last().click();
    await page.locator(".invite-actions > button").nth(1).click();
  };
  const steps = [
    { name: "visitor", of: null, path, ready: (page: Page) => page.locator(".visitor-invite") },
    { name: "join", of: guest, path, ready: (page: Page) => page.locator(".join-card") },
    { name: "invalid", of: guest, path: "/i/4kQ9zTm7Xb", ready: (page: Page) => page.locator(".join .blank") },
    { name: "details", of: owner, path: `${chat}/details`, ready: (page: Page) => page.locator(".add-member") },
    { name: "links", of: owner, path: `${chat}/details`, act: openLinks, ready: (page: Page) => page.locator(".qr") },
    { name: "settings", of: owner, path: "/settings", ready: (page: Page) => page.getByRole("dialog") },
  ];
  for (const { name: look, ...options } of looks) {
    for (const { name, of, path: address, act, ready } of steps) {
      await test.step(`${look}, ${name}`, async () => {
        const storageState = await of?.page.context().storageState();
        const context = await browser.newContext({
          ...options,
          ...(storageState && { storageState }),
          reducedMotion: "reduce",
          baseURL: server.url,
        });
        const page = await context.newPage();
        await page.goto(address);
        await act?.(page);
        await expect(ready(page).first()).toBeVisible();
        // What fades in is read when it has.
        await expect(ready(page).first()).toHaveCSS("opacity", "1");
        if (name === "settings") await page.locator(".settings-action").first().scrollIntoViewIfNeeded();
        await page.screenshot({ path: testInfo.outputPath(`${look}-${name}.png`) });
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        await context.close();
      });
    }
  }
});
