// The page as it is met: without a fault that a machine can see, in every size and light, and asking nobody but its own server.
import AxeBuilder from "@axe-core/playwright";
import { type Browser, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { message, openChat, openPage, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const looks = [
  { name: "desktop, light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "desktop, dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "phone, light", viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
  {
    name: "phone, dark, Korean",
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
    hasTouch: true,
    locale: "ko-KR",
  },
] as const;

/** What the page asks of others, and what it complains about. */
function watch(page: Page) {
  const strangers: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) strangers.push(request.url());
  });
  page.on("console", (entry) => {
    // The question who is signed in is answered by 401 on a first visit; that is its answer.
    if (entry.type() === "error" && !entry.text().includes("401")) complaints.push(entry.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { strangers, complaints };
}

const faults = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
};

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

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

test("sign-in, chat and settings: no fault, no stranger, no complaint, nothing wider than the screen", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const { alice, state } = await conversation(browser);
  const path = new URL(alice.page.url()).pathname;
  for (const { name, ...look } of looks) {
    await test.step(name, async () => {
      const door = await openPage(browser, server.url, look);
      await expect(door.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await faults(door)).toEqual([]);
      expect(await overflow(door)).toBe(0);
      await door.context().close();

      const context = await browser.newContext({ ...look, storageState: state, baseURL: server.url });
      const page = await context.newPage();
      const { strangers, complaints } = watch(page);
      await page.goto(path);
      await expect(message(page, "Yes:")).toBeVisible();
      expect(await faults(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await page.goto("/settings");
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await faults(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
      await context.close();
    });
  }
});

test("a text that tries to be markup stays a text", async ({ browser }) => {
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

test("the documentation of the API shows itself without help from elsewhere", async ({ browser }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  const { strangers, complaints } = watch(page);
  await page.goto("/docs");
  await expect(page.getByText("/v1/channels/{channel}/messages").first()).toBeVisible();
  expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
});
