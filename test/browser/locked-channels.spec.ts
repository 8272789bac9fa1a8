// A locked channel of a server shows so in the tree of everyone, on a desktop and on a phone.
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { addPerson, channel, choose, createServer } from "./guild-page";
import { overflow } from "./looks";
import { composer, register, signIn, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("a locked channel has an icon in the tree until it is unlocked, live for others", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await createServer(alice, "Harbour", "A team");
  await addPerson(alice, "Harbour", bob);
  await bob.page.getByRole("link", { name: "Harbour" }).click();
  await channel(bob.page, "help").click();
  await expect(composer(bob.page)).toBeVisible();
  const mark = channel(bob.page, "help").locator("svg.lucide-pen-off");
  await expect(mark).toHaveCount(0);

  await alice.page.getByRole("button", { name: "Manage help" }).click();
  await choose(alice.page, "Lock");
  await expect(mark).toBeVisible();
  await expect(channel(bob.page, "help")).toHaveAccessibleName(/help.*Locked/);
  await expect(channel(bob.page, "general").locator("svg.lucide-pen-off")).toHaveCount(0);
  await expect(bob.page.getByText("This channel is locked.")).toBeVisible();

  const phone = await signIn(browser, server.url, bob, { viewport: { width: 390, height: 800 } });
  await phone.page.getByRole("link", { name: "Harbour" }).click();
  await expect(channel(phone.page, "help").locator("svg.lucide-pen-off")).toBeVisible();
  expect(await overflow(phone.page)).toBe(0);

  await alice.page.getByRole("button", { name: "Manage help" }).click();
  await choose(alice.page, "Unlock");
  await expect(mark).toHaveCount(0);
  await expect(channel(phone.page, "help").locator("svg.lucide-pen-off")).toHaveCount(0);
  await expect(composer(bob.page)).toBeVisible();
});
