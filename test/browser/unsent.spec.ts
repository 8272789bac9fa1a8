// Texts that were not sent: they are offered until the person retries or deletes them, also after a
// reload, and also when the person is no member any more.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, makeGroup, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const channelOf = (page: Page) => new URL(page.url()).pathname.split("/")[2] ?? "";
const unsent = (page: Page) => page.getByRole("list", { name: "Not sent" });

/** Changes the members of a group as its owner does. */
async function changeMember({ page }: Person, method: "PUT" | "DELETE", channel: string, user: string) {
  const status = await page.evaluate(
    async ([verb, path]) =>
      (await fetch(path, { method: verb, headers: { "content-type": "application/json" }, body: "{}" })).status,
    [method, `/v1/channels/${channel}/members/${user}`] as const,
  );
  expect(status).toBeLessThan(300);
}

const idOf = ({ page }: Person) => page.evaluate(async () => (await (await fetch("/v1/me")).json()).id as string);

test("a message that was refused for good is offered after a reload", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const { page } = alice;
  let isRefused = true;
  await page.routeWebSocket(/\/v1\/channels\/.*\/socket/, (socket) => {
    const upstream = socket.connectToServer();
    socket.onMessage((text) => {
      const command = JSON.parse(String(text));
      if (isRefused && command.type === "message.send")
        socket.send(JSON.stringify({ type: "error", id: command.id, code: "forbidden", temporary: false }));
      else upstream.send(text);
    });
  });
  await page.reload();
  await say(alice, "my long answer");
  const row = message(page, "my long answer");
  await expect(row).toContainText("Not sent.");
  for (const name of ["Retry", "Delete", "Copy"])
    await expect(row.locator(".failure").getByRole("button", { name })).toBeVisible();
  await page.reload();
  await expect(row).toContainText("Not sent.");
  await expect(composer(page)).toHaveValue("");
  isRefused = false;
  await row.locator(".failure").getByRole("button", { name: "Retry" }).click();
  await expect(row).not.toContainText("Not sent.");
  await openChat(bob, alice);
  await expect(message(bob.page, "my long answer")).toHaveCount(1);
  await page.reload();
  await expect(row).toHaveCount(1);
  await expect(row).not.toContainText("Not sent.");
});

test("a message that waits while its author is removed is kept, and named, until they are back", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await makeGroup(alice, "Harbour", [bob]);
  const channel = channelOf(alice.page);
  const user = await idOf(bob);
  const { page } = bob;
  await page.getByRole("link", { name: /Harbour/ }).click();
  await expect(composer(page)).toBeVisible();
  await page.context().setOffline(true);
  await say(bob, "are you still there?");
  await expect(message(page, "are you still there?")).toBeVisible();
  await composer(page).fill("and one more thing");
  await changeMember(alice, "DELETE", channel, user);
  await page.context().setOffline(false);
  await expect(page.getByText("You were removed from Harbour")).toBeVisible();
  await expect(unsent(page)).toContainText("are you still there?");
  await expect(page.getByText("and one more thing")).toBeVisible();
  // Also after a reload, and the list leads there.
  await page.goto("/");
  await page.getByRole("link", { name: /Harbour.*1 not sent/ }).click();
  await expect(page.getByText("You were removed from Harbour")).toBeVisible();
  for (const name of ["Retry", "Delete", "Copy"])
    await expect(unsent(page).getByRole("button", { name })).toBeVisible();
  await page.reload();
  await expect(unsent(page)).toContainText("are you still there?");
  // Added again, with the page open: the message is offered in the chat.
  await changeMember(alice, "PUT", channel, user);
  const row = message(page, "are you still there?");
  await expect(row).toContainText("Not sent.");
  await row.locator(".failure").getByRole("button", { name: "Retry" }).click();
  await expect(message(alice.page, "are you still there?")).toBeVisible();
  await expect(page.getByRole("link", { name: /not sent/ })).toHaveCount(0);
});
