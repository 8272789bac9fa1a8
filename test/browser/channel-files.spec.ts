// The panel with the pictures, files and links of a channel: pages of many pictures without a jump,
// the lightbox, the way to a message, and a narrow screen.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, register, say, test } from "./people";
import { sendPictures } from "./pictures";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const channelOf = (page: Page) => new URL(page.url()).pathname.split("/")[2] ?? "";
const panel = (page: Page) => page.getByRole("complementary", { name: "Pictures, files and links" });

test("pictures, files and links of a chat are listed, opened, and lead to their message", async ({ browser }) => {
  test.setTimeout(180_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob", { viewport: { width: 390, height: 800 } });
  await openChat(alice, bob);
  const files = alice.page.locator("input[type=file]").first();
  await files.setInputFiles({ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("a plan") });
  await composer(alice.page).fill("the old plan");
  await composer(alice.page).press("Enter");
  await expect(message(alice.page, "the old plan")).toBeVisible();
  await say(alice, "see https://example.com/harbour?x=1.");
  await sendPictures(alice.page, channelOf(alice.page), 30);
  await openChat(bob, alice);
  await bob.page.getByRole("button", { name: "Details" }).click();
  await bob.page.getByRole("button", { name: "Pictures, files and links" }).click();
  const pictures = panel(bob.page).getByRole("button", { name: /^Open picture: shape/ });
  await expect(pictures).toHaveCount(30, { timeout: 30_000 });
  await expect(pictures.first()).toHaveAccessibleName("Open picture: shape 2.jpg");
  await pictures.first().click();
  await bob.page.keyboard.press("ArrowRight");
  await expect(bob.page.getByRole("dialog", { name: "shape 1.jpg" })).toBeVisible();
  await bob.page.keyboard.press("Escape");
  await expect(panel(bob.page)).toBeVisible();
  await panel(bob.page).getByText("Links", { exact: true }).click();
  await expect(panel(bob.page).getByRole("link", { name: "https://example.com/harbour?x=1" })).toBeVisible();
  await panel(bob.page).getByText("Files", { exact: true }).click();
  await expect(panel(bob.page).getByRole("link", { name: /plan\.txt/ })).toBeVisible();
  await panel(bob.page).getByRole("button", { name: "Show in the chat" }).click();
  await expect(panel(bob.page)).toHaveCount(0);
  await expect(message(bob.page, "the old plan")).toBeInViewport();
});
