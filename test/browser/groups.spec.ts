import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { makeGroup, message, openChat, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const enter = (page: Page, name: string) => page.getByRole("link", { name: new RegExp(name) }).click();

/** Chooses an action from the menu of a message. */
async function act(page: Page, text: string, action: string): Promise<void> {
  await message(page, text).first().click({ button: "right" });
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

test("a group is created, used, renamed, and gone for a removed member", async ({ browser }) => {
  const [alice, bob, carol] = [
    await register(browser, server.url, "Alice"),
    await register(browser, server.url, "Bob"),
    await register(browser, server.url, "Carol"),
  ];
  await makeGroup(alice, "Harbour", [bob, carol]);
  await say(alice, "Welcome aboard");
  await enter(bob.page, "Harbour");
  await enter(carol.page, "Harbour");
  await expect(message(bob.page, "Welcome aboard")).toBeVisible();
  await alice.page
    .getByRole("button", { name: "Details" })
    .or(alice.page.getByRole("link", { name: "Details" }))
    .first()
    .click();
  await alice.page.getByRole("button", { name: "Manage Carol" }).click();
  await alice.page.getByRole("menuitem", { name: "Remove from group" }).click();
  await alice.page
    .getByRole("dialog")
    .getByRole("button", { name: /Remove/ })
    .click();
  await expect(alice.page.getByRole("dialog")).toHaveCount(0);
  await expect(carol.page.getByText("You were removed from Harbour")).toBeVisible();
  await say(alice, "Only the two of us");
  await expect(message(bob.page, "Only the two of us")).toBeVisible();
  await expect(carol.page.getByText("Only the two of us")).toHaveCount(0);
  await expect(bob.page.getByText(/Alice removed Carol/)).toBeVisible();
});

test("react, reply, pin, mention and mark unread with two people and two devices", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await makeGroup(alice, "Deck", [bob]);
  await enter(bob.page, "Deck");
  await say(alice, "Which way?");
  await expect(message(bob.page, "Which way?")).toBeVisible();
  await message(bob.page, "Which way?").hover();
  await message(bob.page, "Which way?").getByRole("button", { name: "Add a reaction" }).click();
  await bob.page.getByRole("button", { name: "React with 👍" }).first().click();
  await expect(alice.page.getByRole("button", { name: /👍 1/ })).toBeVisible();
  await act(bob.page, "Which way?", "Reply");
  await say(bob, "North");
  await expect(message(alice.page, "North")).toContainText("Which way?");
  await act(bob.page, "Which way?", "Pin");
  await expect(
    message(alice.page, "Which way?")
      .first()
      .getByText("Pinned")
      .or(
        message(alice.page, "Which way?")
          .first()
          .getByTitle(/Pinned/),
      ),
  ).toBeAttached();
  await say(bob, `@${alice.handle} hurry`);
  await expect(message(alice.page, "hurry")).toBeVisible();
  await act(alice.page, "hurry", "Mark as unread");
  await expect(alice.page.getByRole("link", { name: /Deck.*1 unread/ })).toBeVisible();
});

test("a thread opens beside the channel and its replies stay out of it", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await openChat(alice, bob);
  await openChat(bob, alice);
  await say(alice, "A question");
  await expect(message(bob.page, "A question")).toBeVisible();
  await act(bob.page, "A question", "Reply in thread");
  const reply = bob.page.getByRole("textbox", { name: "Reply" });
  await reply.fill("An answer in the thread");
  await reply.press("Enter");
  await expect(alice.page.getByText("1 reply")).toBeVisible();
  await expect(alice.page.getByText("An answer in the thread")).toHaveCount(0);
  await alice.page.getByText("1 reply").click();
  await expect(alice.page.getByText("An answer in the thread")).toBeVisible();
});
