// A moderator deletes what a person sent lately: from a message in the channel, in English at 1280
// and in Korean at 390 pixels.
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { addPerson, createServer } from "./guild-page";
import { accessibilityFaults, overflow } from "./looks";
import { message, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("the messages of a person disappear for everybody, and the audit log says so", async ({ browser }) => {
  test.setTimeout(180_000);
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await createServer(alice, "Harbour", "A team");
  await addPerson(alice, "Harbour", bob);
  await bob.page.getByRole("link", { name: "Harbour" }).click();
  await say(alice, "Welcome aboard");
  for (const text of ["Cheap watches", "More watches"]) await say(bob, text);
  await expect(message(alice.page, "More watches")).toBeVisible();

  await message(alice.page, "More watches").press("Enter");
  await alice.page.getByRole("menuitem", { name: "Delete their recent messages" }).click();
  const dialog = alice.page.getByRole("dialog", { name: "Delete messages of Bob?" });
  await expect(dialog.getByLabel("Where")).toHaveValue("here");
  await dialog.getByLabel("Where").selectOption("In the whole server");
  await dialog.getByLabel("Sent in").selectOption("The last 24 hours");
  await dialog.getByLabel("Reason").fill("Sold watches");
  expect(await accessibilityFaults(alice.page)).toEqual([]);
  if (process.env.PICTURES) await alice.page.screenshot({ path: `${process.env.PICTURES}/purge-1280.png` });
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(dialog.getByText("2 messages deleted in 1 channel.")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  for (const { page } of [alice, bob]) {
    await expect(page.getByText("watches")).toHaveCount(0);
    await expect(message(page, "Welcome aboard")).toBeVisible();
  }
  if (process.env.PICTURES) await alice.page.screenshot({ path: `${process.env.PICTURES}/purged-1280.png` });
  // A member without the permission is not offered it.
  await message(bob.page, "Welcome aboard").press("Enter");
  await expect(bob.page.getByRole("menuitem", { name: "Reply", exact: true })).toBeVisible();
  await expect(bob.page.getByRole("menuitem", { name: "Delete their recent messages" })).toHaveCount(0);
  await bob.page.keyboard.press("Escape");

  await say(bob, "And again");
  const phone = await browser.newContext({
    ...{ locale: "ko-KR", viewport: { width: 390, height: 800 }, baseURL: server.url },
    storageState: await alice.page.context().storageState(),
  });
  const page = await phone.newPage();
  await page.goto(new URL(alice.page.url()).pathname);
  await message(page, "And again").press("Enter");
  await page.getByRole("menuitem", { name: "최근 메시지 모두 삭제하기" }).click();
  const sheet = page.getByRole("dialog", { name: "Bob 님의 메시지를 삭제할까요?" });
  await expect(sheet).toBeVisible();
  expect(await overflow(page)).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/purge-390.png` });
  await sheet.getByRole("button", { name: "삭제", exact: true }).click();
  await expect(sheet.getByText("채널 1개에서 메시지 1개를 삭제했어요.")).toBeVisible();
  await sheet.getByRole("button", { name: "확인" }).click();
  await expect(page.getByText("And again")).toHaveCount(0);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/purged-390.png` });
});
