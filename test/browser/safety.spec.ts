// Blocks and reports on the page, and the operator's page.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { accessibilityFaults, overflow } from "./looks";
import { composer, makeGroup, message, openChat, register, say, signIn, test } from "./people";

/** The token of a local server, which `npm run dev` has made. */
const operatorToken = (): string =>
  /^OPERATOR_TOKEN=(.+)$/m.exec(readFileSync(path.join(import.meta.dirname, "../../.dev.vars"), "utf8"))?.[1] ?? "";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("a blocked person is hidden in groups and silent in the direct chat, on every device", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await makeGroup(alice, "Harbour", [bob]);
  await say(alice, "hello harbour");
  await bob.page.getByRole("link", { name: /Harbour/ }).click();
  await expect(message(bob.page, "hello harbour")).toBeVisible();
  const phone = await signIn(browser, server.url, bob, { viewport: { width: 390, height: 800 } });
  await phone.page.getByRole("link", { name: /Harbour/ }).click();
  await expect(message(phone.page, "hello harbour")).toBeVisible();

  await message(bob.page, "hello harbour").press("Enter");
  await bob.page.getByRole("menuitem", { name: "Block the author" }).click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await expect(message(bob.page, "Message from a blocked person")).toBeVisible();
  await expect(bob.page.getByText("hello harbour")).toHaveCount(0);
  await expect(message(phone.page, "Message from a blocked person")).toBeVisible();
  await phone.page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(message(phone.page, "hello harbour")).toBeVisible();
  expect(await overflow(phone.page)).toBe(0);

  await openChat(alice, bob);
  await say(alice, "are you there?");
  await expect(message(alice.page, "are you there?")).toBeVisible();
  await expect(bob.page.getByRole("link", { name: /Alice/ })).toHaveCount(0);

  await bob.page.getByRole("button", { name: "Settings" }).click();
  const dialog = bob.page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "Blocked people" })).toBeVisible();
  expect(await accessibilityFaults(bob.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Unblock Alice" }).click();
  await expect(dialog.getByText("You have blocked nobody.")).toBeVisible();
  await bob.page.keyboard.press("Escape");
  await expect(message(bob.page, "hello harbour")).toBeVisible();
});

test("in a direct chat the composer says that the other person is blocked", async ({ browser }) => {
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await openChat(alice, bob);
  await say(alice, "before");
  await bob.page.getByRole("link", { name: /Alice/ }).click();
  await bob.page.getByRole("button", { name: "Details" }).click();
  await bob.page.getByRole("button", { name: "Block", exact: true }).click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await expect(bob.page.getByText("You have blocked Alice.")).toBeVisible();
  await expect(composer(bob.page)).toHaveCount(0);
  await say(alice, "meanwhile");
  await expect(message(alice.page, "meanwhile")).toBeVisible();
  await bob.page.getByRole("status").getByRole("button", { name: "Unblock" }).click();
  await expect(message(bob.page, "meanwhile")).toBeVisible();
  await expect(composer(bob.page)).toBeVisible();
});

test("a report reaches the operator, who suspends the account", async ({ browser }) => {
  const [mallory, bob] = [await register(browser, server.url, "Mallory"), await register(browser, server.url, "Bob")];
  await openChat(mallory, bob);
  await say(mallory, "buy watches");
  await bob.page.getByRole("link", { name: /Mallory/ }).click();
  await message(bob.page, "buy watches").press("Enter");
  await bob.page.getByRole("menuitem", { name: "Report" }).click();
  const dialog = bob.page.getByRole("dialog");
  await dialog.getByLabel("What else should they know?").fill("Every day");
  expect(await accessibilityFaults(bob.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Report" }).click();
  await expect(dialog.getByText("Your report was sent.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  const operator = await (await browser.newContext({ baseURL: server.url })).newPage();
  await operator.goto("/admin");
  await operator.getByLabel("Operator token").fill(operatorToken());
  await operator.getByLabel("Operator token").press("Enter");
  const report = operator.getByRole("listitem", { name: "Report about Mallory" }).first();
  await expect(report).toContainText("buy watches");
  await expect(report).toContainText("Every day");
  await report.getByRole("button", { name: "Suspend the account" }).click();
  await operator.getByRole("dialog").getByLabel("Reason").fill("Sells watches");
  await operator.getByRole("dialog").getByRole("button", { name: "Suspend the account" }).click();
  await expect(operator.getByRole("button", { name: "Lift the suspension of Mallory" })).toBeVisible();
  await expect(mallory.page.getByText("You were signed out")).toBeVisible();
  await mallory.page.getByLabel("Handle").fill(mallory.handle);
  await mallory.page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await mallory.page.getByRole("button", { name: "Sign in" }).click();
  await expect(mallory.page.getByText("This account is suspended. Sells watches")).toBeVisible();
  await report.getByRole("button", { name: "Something was done" }).click();
  await expect(operator.getByText("Report resolved:")).toBeVisible();
  expect(await accessibilityFaults(operator)).toEqual([]);
});
