// What a browser keeps of an account after a sign-out, and the headers of the page.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, type Person, password, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Everything that this browser has stored, as one text. */
const storedText = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const request = indexedDB.open("parley.outbox");
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const all = database.transaction("commands").objectStore("commands").getAll();
    const commands = await new Promise<unknown[]>((resolve) => {
      all.onsuccess = () => resolve(all.result);
    });
    database.close();
    const texts = [JSON.stringify(commands), JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const kept of await cache.keys()) texts.push((await (await cache.match(kept))?.text()) ?? "");
    }
    return texts.join("\n");
  });

/** Alice, whose channel cannot be reached: what she sends waits in the outbox. */
async function cutOff(person: Person, other: Person): Promise<void> {
  const { page } = person;
  await openChat(person, other);
  await page.routeWebSocket(/\/v1\/channels\//, (socket) => socket.close());
  await page.route(/\/v1\/channels\/[^/]+\/(commands|events)/, (route) => route.abort());
  await page.reload();
  await expect(composer(page)).toBeVisible();
}

const signOut = (page: Page) => page.getByRole("button", { name: "Sign out of Parley" });

test("signing out asks before it discards unsent messages, and leaves nothing in the browser", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await cutOff(alice, bob);
  const { page } = alice;
  await say(alice, "an unsent secret");
  await say(alice, "another unsent secret");
  await expect(message(page, "another unsent secret")).toBeVisible();
  await composer(page).fill("a drafted secret");
  await expect.poll(() => storedText(page)).toContain("another unsent secret");
  await expect.poll(() => storedText(page)).toContain("a drafted secret");
  await page.goto("/settings");
  await signOut(page).click();
  const dialog = page.getByRole("dialog", { name: "Discard unsent messages?" });
  await expect(dialog).toContainText("2 messages have not been sent yet");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(signOut(page)).toBeVisible();
  expect(await storedText(page)).toContain("another unsent secret");
  await signOut(page).click();
  await page.getByRole("button", { name: "Discard and sign out" }).click();
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  await expect.poll(() => storedText(page)).not.toContain("secret");
});

test("another account on the same browser does not find what an ended session left", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await cutOff(alice, bob);
  const { page } = alice;
  await say(alice, "an unsent secret");
  await expect.poll(() => storedText(page)).toContain("an unsent secret");
  // The session ends elsewhere. The same person would still find their message.
  await page.context().clearCookies();
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  expect(await storedText(page)).toContain("an unsent secret");
  await page.getByLabel("Handle").fill(bob.handle);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  await expect.poll(() => storedText(page)).not.toContain("secret");
});

test("the page and its files have every header, and no plain text becomes the address of a script", async ({
  browser,
}) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  for (const path of ["/", "/c/c_1", "/sw.js", "/theme.js", "/docs-assets/docs-init.js"]) {
    const headers = (await context.request.get(path)).headers();
    expect(headers, path).toMatchObject({
      "strict-transport-security": "max-age=63072000",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["content-security-policy"]).toContain(
      "require-trusted-types-for 'script'; trusted-types parley-worker",
    );
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  }
  await page.goto("/");
  const refused = await page.evaluate(async () => {
    const attempts: (() => unknown)[] = [
      () => navigator.serviceWorker.register("/other.js"),
      () => document.createElement("script").setAttribute("src", "/other.js"),
      () => {
        document.createElement("div").innerHTML = "<b>x</b>";
      },
    ];
    const results: string[] = [];
    for (const attempt of attempts) {
      try {
        await attempt();
        results.push("allowed");
      } catch (error) {
        results.push((error as Error).name);
      }
    }
    return results;
  });
  expect(refused).toEqual(["TypeError", "TypeError", "TypeError"]);
});
