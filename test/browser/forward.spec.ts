// Forwarding: a message goes to several chats with its files, as new references to the same bytes.
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, makeGroup, message, openChat, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("a message with a file is forwarded to two chats with a text, says so, and outlives the original", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice", { viewport: { width: 390, height: 800 } });
  const bob = await register(browser, server.url, "Bob");
  const carol = await register(browser, server.url, "Carol");
  await openChat(alice, carol);
  await say(alice, "hello carol");
  await alice.page.getByRole("button", { name: "Back" }).click();
  await makeGroup(alice, "Harbour crew", [carol]);
  await alice.page.getByRole("button", { name: "Back" }).click();
  await openChat(alice, bob);
  await openChat(bob, alice);
  const buffer = Buffer.from("the plan of the harbour");
  await bob.page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "plan.txt", mimeType: "text/plain", buffer });
  await composer(bob.page).fill("look here");
  await composer(bob.page).press("Enter");

  const received = message(alice.page, "look here");
  await expect(received.getByRole("link", { name: /plan\.txt/ })).toBeVisible();
  await received.focus();
  await received.press("Enter");
  await alice.page.getByRole("menuitem", { name: "Forward" }).click();
  const dialog = alice.page.getByRole("dialog", { name: "Forward message" });
  const forward = dialog.getByRole("button", { name: /^Forward/ });
  await expect(forward).toBeDisabled();
  await dialog.getByLabel("Search chats and people").fill("carol");
  await expect(dialog.getByRole("checkbox")).toHaveCount(1);
  await dialog.getByRole("checkbox").check();
  await dialog.getByLabel("Search chats and people").fill("harbour");
  await dialog.getByRole("checkbox").check();
  await dialog.getByLabel("Add a message").fill("what do you think?");
  const box = await dialog.boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 800).toBe(true);
  await dialog.getByRole("button", { name: "Forward to 2" }).click();
  await expect(dialog).toHaveCount(0);
  await message(bob.page, "look here").hover();
  await message(bob.page, "look here").getByRole("button", { name: "Delete" }).click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();

  for (const chat of [/Alice @/, /Harbour crew/]) {
    await carol.page.getByRole("link", { name: chat }).click();
    const forwarded = message(carol.page, "look here");
    await expect(forwarded.getByText("Forwarded")).toBeVisible();
    await expect(message(carol.page, "what do you think?")).toBeVisible();
    await expect(message(carol.page, "what do you think?").getByText("Forwarded")).toHaveCount(0);
    const href = await forwarded.getByRole("link", { name: /plan\.txt/ }).getAttribute("href");
    const read = await carol.page.evaluate(async (url) => (await fetch(url ?? "")).text(), href);
    expect(read).toBe("the plan of the harbour");
  }
});
