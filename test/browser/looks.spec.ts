// Checks of every size and colour scheme: no accessibility fault, no request to another origin, no
// console error, no sideways overflow.
import { type Browser, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { accessibilityFaults, looks, overflow } from "./looks";
import { message, openChat, openPage, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Records requests to other origins, and console errors. */
function record(page: Page) {
  const foreignRequests: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
      foreignRequests.push(request.url());
  });
  page.on("console", (entry) => {
    // On a first visit `GET /v1/me` answers 401, which the browser logs as an error.
    if (entry.type() === "error" && !entry.text().includes("401")) errors.push(entry.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  return { foreignRequests, errors };
}

async function conversation(browser: Browser) {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  await say(bob, "안녕하세요! **Ready** for `v1`?\n```ts\nconst ready = true;\n```\n> said Carol");
  await say(alice, "Yes: https://example.org/a-very-long-address/that-has-to-wrap-somewhere-on-a-narrow-screen");
  await expect(message(bob.page, "Yes:")).toBeVisible();
  return { alice, bob, state: await alice.page.context().storageState() };
}

test("sign-in, chat and settings have no accessibility fault, foreign request, console error or overflow", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const { alice, state } = await conversation(browser);
  const path = new URL(alice.page.url()).pathname;
  for (const { name, ...look } of looks) {
    await test.step(name, async () => {
      const signInPage = await openPage(browser, server.url, look);
      await expect(signInPage.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await accessibilityFaults(signInPage)).toEqual([]);
      expect(await overflow(signInPage)).toBe(0);
      await signInPage.context().close();

      const context = await browser.newContext({ ...look, storageState: state, baseURL: server.url });
      const page = await context.newPage();
      const { foreignRequests, errors } = record(page);
      await page.goto(path);
      await expect(message(page, "Yes:")).toBeVisible();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await page.goto("/settings");
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect({ foreignRequests, errors }).toEqual({ foreignRequests: [], errors: [] });
      await context.close();
    });
  }
});

test("HTML in a message is shown as text", async ({ browser }) => {
  const { alice, bob } = await conversation(browser);
  const attempts = [
    "<img src=x onerror=\"document.title='broken'\">",
    "[click](javascript:document.title='broken')",
    "<script>document.title='broken'</script>",
    "![x](x\" onerror=\"document.title='broken')",
  ];
  for (const attempt of attempts) await say(alice, attempt);
  await expect(message(bob.page, "<script>")).toBeVisible();
  await expect(bob.page.getByRole("article").locator("img, script, [href^='javascript']")).toHaveCount(0);
  expect(await bob.page.title()).not.toContain("broken");
});

test("the API reference loads without other origins", async ({ browser }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  const { foreignRequests, errors } = record(page);
  await page.goto("/docs");
  await expect(page.getByText("/v1/channels/{channel}/messages").first()).toBeVisible();
  expect({ foreignRequests, errors }).toEqual({ foreignRequests: [], errors: [] });
});
