// Malformed addresses, and what the browser refuses: no page breaks the content security policy.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { message, openChat, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Goes to an address inside the page, as a link does, so that the server does not see it first. */
const follow = (page: Page, address: string) =>
  page.evaluate((to) => {
    history.pushState(null, "", to);
  }, address);

test("an address that leads nowhere shows a page that helps, wide and narrow", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const { page } = alice;
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  for (const width of [1_280, 360]) {
    await page.setViewportSize({ width, height: 700 });
    for (const address of [
      "/c/%E0%A4%A",
      "/c/%",
      "/c/%00",
      "/c/C_1",
      "/c/c_1/t/0",
      "/nowhere/at/all",
      "/%",
      "/c/회의",
    ]) {
      await page.goto("/");
      await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
      await follow(page, address);
      await expect(page.getByText("There is nothing at this address")).toBeVisible();
      await page.getByRole("button", { name: "Go to your chats" }).click();
      await expect(page.getByText("There is nothing at this address")).toHaveCount(0);
      expect(new URL(page.url()).pathname).toBe("/");
    }
    // A channel that does not exist, or not for this person.
    await page.goto("/c/c_0000000000");
    await expect(page.getByText("This chat isn’t available")).toBeVisible();
    // Malformed queries and fragments are ignored.
    await page.goto("/?m=%E0%A4%A#q=%E0%A4%A");
    await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  }
  expect(problems).toEqual([]);
});

test("no page breaks the content security policy, and emoji have colours", async ({ browser }) => {
  const violations: string[] = [];
  const watch = async (page: Page) => {
    await page.exposeFunction("reportViolation", (text: string) => violations.push(text));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
        const report = (window as { reportViolation?: (text: string) => void }).reportViolation;
        report?.(`${location.pathname}: ${violatedDirective} ${blockedURI} ${sourceFile}`);
      });
    });
    page.on("console", (line) => {
      if (/content security policy/i.test(line.text())) violations.push(line.text());
    });
  };
  const context = await browser.newContext({ baseURL: server.url });
  const visitor = await context.newPage();
  await watch(visitor);
  for (const address of ["/", "/admin", "/docs", "/c/c_1"]) {
    await visitor.goto(address);
    await visitor.waitForTimeout(1_000);
  }
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  const { page } = alice;
  await watch(page);
  await page.reload();
  await openChat(alice, bob);
  const fonts: string[] = [];
  page.on("response", (response) => {
    if (/\.woff2/.test(response.url())) fonts.push(`${response.status()} ${response.headers()["content-type"]}`);
  });
  await say(alice, "plain text, numbers 123 and signs #*©");
  await expect(message(page, "plain text")).toBeVisible();
  await page.waitForTimeout(1_500);
  // Digits and signs load no emoji.
  expect(fonts).toEqual([]);
  await say(alice, "🍕 with 🎉");
  await expect(message(page, "🍕 with 🎉")).toBeVisible();
  await expect.poll(() => fonts.length).toBeGreaterThan(0);
  for (const font of fonts) expect(font).toMatch(/^200 font\/woff2/);
  await page.evaluate(() => document.fonts.ready);
  const isColoured = (text: string) =>
    page.evaluate((drawn) => {
      const canvas = document.createElement("canvas");
      const brush = canvas.getContext("2d");
      if (!brush) throw new Error("no canvas");
      brush.font = `32px ${getComputedStyle(document.body).fontFamily}`;
      brush.fillText(drawn, 0, 40);
      const { data } = brush.getImageData(0, 0, 60, 60);
      for (let i = 0; i < data.length; i += 4)
        if ((data[i + 3] ?? 0) > 128 && Math.abs((data[i] ?? 0) - (data[i + 2] ?? 0)) > 40) return true;
      return false;
    }, text);
  await expect.poll(() => isColoured("🍕")).toBe(true);
  expect(await isColoured("5")).toBe(false);
  for (const address of ["/settings", "/requests", `${new URL(page.url()).pathname}/details`, "/#q=text", "/%"]) {
    await page.goto("/");
    await follow(page, address);
    await page.reload();
    await page.waitForTimeout(1_000);
  }
  expect(violations).toEqual([]);
});
