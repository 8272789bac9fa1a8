// Kills the server's whole process group under two open pages and restarts it on the same state.
import { expect, type Page } from "@playwright/test";
import { Server } from "../simulation/kit/dev-server";
import { message, openChat, register, say, test } from "./people";

let server: Server;
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(async () => server.stop());

const texts = (page: Page) => page.getByRole("article").locator(".prose").allInnerTexts();

test("after kill -9 and a restart both pages recover, with every message once and in order", async ({ browser }) => {
  test.setTimeout(180_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  const said: string[] = [];
  for (let i = 1; i <= 10; i++) {
    const speaker = i % 2 ? alice : bob;
    said.push(`before ${i}.`);
    await say(speaker, `before ${i}.`);
    await expect(message(alice.page, `before ${i}.`)).toBeVisible();
    await expect(message(bob.page, `before ${i}.`)).toBeVisible();
  }
  await server.kill();
  // Sent while the server is down: the message waits and is sent later.
  await say(alice, "into the void");
  await expect(message(alice.page, "into the void")).toBeVisible();
  await server.start();
  await expect(message(bob.page, "into the void")).toBeVisible({ timeout: 60_000 });
  await say(bob, "we are back");
  await expect(message(alice.page, "we are back")).toBeVisible({ timeout: 60_000 });
  const expected = [...said, "into the void", "we are back"];
  await expect.poll(() => texts(alice.page)).toEqual(expected);
  await expect.poll(() => texts(bob.page)).toEqual(expected);
  await alice.page.reload();
  await expect.poll(() => texts(alice.page)).toEqual(expected);
});
