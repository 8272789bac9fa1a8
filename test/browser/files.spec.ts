// Files between two people: picked, pasted, dropped, seen at once, opened, gone when deleted.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, register, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Draws a picture of this size in the page and returns its bytes as base64. */
const drawPicture = (page: Page, width: number, height: number): Promise<string> =>
  page.evaluate(
    async ([w, h]) => {
      const canvas = new OffscreenCanvas(w ?? 1, h ?? 1);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no context");
      for (let i = 0; i < 40; i++) {
        context.fillStyle = `hsl(${i * 9} 80% 50%)`;
        context.fillRect((i * canvas.width) / 40, 0, canvas.width / 40 + 1, canvas.height);
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    },
    [width, height],
  );

test("pictures and a file are picked, sent with a text, opened in the lightbox and gone when deleted", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  const picture = Buffer.from(await drawPicture(alice.page, 2_000, 1_000), "base64");
  await alice.page
    .locator("input[type=file]")
    .first()
    .setInputFiles([
      { name: "harbour.jpg", mimeType: "image/jpeg", buffer: picture },
      { name: "dawn.jpg", mimeType: "image/jpeg", buffer: picture },
      { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("a plan") },
    ]);
  const tray = alice.page.getByRole("list", { name: "Files to send" });
  await expect(tray.getByRole("listitem")).toHaveCount(3);
  await tray.getByLabel("What harbour.jpg shows").fill("a harbour at noon");
  await tray.getByRole("button", { name: "Remove dawn.jpg" }).click();
  await composer(alice.page).fill("look at this");
  await composer(alice.page).press("Enter");
  await expect(tray).toHaveCount(0);
  for (const { page } of [alice, bob]) {
    const shown = message(page, "look at this");
    const image = shown.getByRole("img", { name: "a harbour at noon" });
    await expect(image).toBeVisible();
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1_600);
    await expect(shown.getByRole("link", { name: /plan\.txt/ })).toBeVisible();
  }
  await bob.page.getByRole("button", { name: "Open picture: a harbour at noon" }).click();
  const lightbox = bob.page.getByRole("dialog", { name: "a harbour at noon" });
  const original = lightbox.getByRole("img");
  await expect.poll(() => original.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(2_000);
  const address = await original.evaluate((one: HTMLImageElement) => one.src);
  await bob.page.keyboard.press("Escape");
  await expect(lightbox).toHaveCount(0);
  await message(alice.page, "look at this").hover();
  await message(alice.page, "look at this").getByRole("button", { name: "Delete" }).click();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();
  await expect(message(bob.page, "look at this")).toHaveCount(0);
  const status = await bob.page.evaluate(async (url) => (await fetch(url, { cache: "reload" })).status, address);
  expect(status).toBe(404);
});

test("a pasted and a dropped picture are added, and a message with pictures alone is sent", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  const picture = await drawPicture(alice.page, 64, 64);
  for (const [type, target] of [
    ["paste", "#composer textarea"],
    ["drop", ".chat"],
  ] as const)
    await alice.page.evaluate(
      ([kind, selector, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], `${kind}.jpg`, { type: "image/jpeg" }));
        const init = { bubbles: true, cancelable: true };
        const event =
          kind === "paste"
            ? new ClipboardEvent("paste", { ...init, clipboardData: data })
            : new DragEvent("drop", { ...init, dataTransfer: data });
        document.querySelector(selector)?.dispatchEvent(event);
      },
      [type, target, picture] as const,
    );
  await expect(alice.page.getByRole("list", { name: "Files to send" }).getByRole("listitem")).toHaveCount(2);
  await composer(alice.page).press("Enter");
  await expect(bob.page.getByRole("button", { name: /Open picture: paste\.jpg/ })).toBeVisible();
  await expect(bob.page.getByRole("button", { name: /Open picture: drop\.jpg/ })).toBeVisible();
});

test("an edit removes a file, changes what a picture shows, and leaves a message without a text", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  const picture = Buffer.from(await drawPicture(alice.page, 200, 100), "base64");
  await alice.page
    .locator("input[type=file]")
    .first()
    .setInputFiles([
      { name: "harbour.jpg", mimeType: "image/jpeg", buffer: picture },
      { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("a plan") },
    ]);
  await composer(alice.page).press("Enter");
  const shown = alice.page.getByRole("article").last();
  await expect(shown.getByRole("link", { name: /plan\.txt/ })).toBeVisible();
  await shown.hover();
  await shown.getByRole("button", { name: "Edit", exact: true }).click();
  const files = alice.page.getByRole("list", { name: "Files of the message" });
  await files.getByRole("button", { name: "Remove harbour.jpg" }).click();
  await expect(files.getByText("Removed when you save")).toBeVisible();
  await files.getByRole("button", { name: "Keep harbour.jpg" }).click();
  await files.getByRole("button", { name: "Remove plan.txt" }).click();
  await files.getByLabel("What harbour.jpg shows").fill("a harbour in fog");
  await alice.page.getByRole("button", { name: "Save" }).click();
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole("img", { name: "a harbour in fog" })).toBeVisible();
    await expect(page.getByRole("link", { name: /plan\.txt/ })).toHaveCount(0);
  }
  // A second edit sees the first, and the removal of everything asks whether to delete the message.
  await shown.hover();
  await shown.getByRole("button", { name: "Edit", exact: true }).click();
  await expect(files.getByLabel("What harbour.jpg shows")).toHaveValue("a harbour in fog");
  await files.getByRole("button", { name: "Remove harbour.jpg" }).click();
  await alice.page.getByRole("button", { name: "Save" }).click();
  await expect(alice.page.getByRole("dialog").getByRole("button", { name: "Delete message" })).toBeVisible();
});
