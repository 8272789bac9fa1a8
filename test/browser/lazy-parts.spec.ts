// Parts of the page that are loaded on first use, when their file cannot be loaded.
import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { register, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Lets the first `failures` loads of a file fail. Returns how often the page asked for it. */
async function failLoads(page: Page, file: RegExp, failures: number): Promise<() => number> {
  let loads = 0;
  await page.route(file, (route) => {
    loads += 1;
    return loads <= failures ? route.abort() : route.continue();
  });
  return () => loads;
}

const newChat = /\/assets\/new-chat-[^/]*\.js$/;

test("a part whose load failed once is shown", async ({ browser }) => {
  const { page } = await register(browser, server.url, "Alice");
  const loads = await failLoads(page, newChat, 1);
  await page.getByRole("button", { name: "New chat" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(loads()).toBe(2);
});

test("a part that cannot be loaded breaks nothing else, and a later try loads it", async ({ browser }) => {
  const { page } = await register(browser, server.url, "Alice");
  await failLoads(page, newChat, 2);
  await page.getByRole("button", { name: "New chat" }).first().click();
  await expect(page.getByText("This part stopped working")).toBeVisible();
  await expect(page.getByRole("button", { name: "Settings" })).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("the code that the page begins with has at most 180 kB, compressed", async ({ request }) => {
  const document = await (await request.get(server.url)).text();
  const files = [...document.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(1);
  const sizes = await Promise.all(
    files.map(async (file) => gzipSync(await (await request.get(server.url + file)).body()).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(180_000);
});
