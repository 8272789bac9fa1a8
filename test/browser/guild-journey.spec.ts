// A server from its first minute: the owner builds it and invites by link, a newcomer comes through
// the link, a moderator keeps order, and each sees only what they may.
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import {
  addPerson,
  channel,
  choose,
  close,
  createLink,
  createServer,
  openMenu,
  registerHere,
  setRole,
} from "./guild-page";
import { composer, message, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("owner, moderator and a newcomer by link", async ({ browser }) => {
  test.setTimeout(300_000);
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await createServer(alice, "Harbour", "A community");
  await addPerson(alice, "Harbour", bob);
  await setRole(alice, "Harbour", { person: "Bob", role: "Moderator", isGiven: true });
  await bob.page.getByRole("link", { name: "Harbour" }).click();
  await expect(channel(bob.page, "moderators")).toBeVisible();

  await test.step("the owner makes a role that everyone can mention", async () => {
    await openMenu(alice.page, "Harbour");
    await choose(alice.page, "Server settings");
    await alice.page.getByRole("tab", { name: "Roles" }).click();
    await alice.page.getByRole("button", { name: "Create role" }).click();
    await alice.page.getByLabel("Role name").fill("Sailors");
    await alice.page.getByRole("switch", { name: "Everyone can mention it" }).click();
    await alice.page.getByRole("button", { name: "Save changes" }).click();
    await expect(alice.page.getByRole("heading", { name: "Sailors" })).toBeVisible();
    await expect(alice.page.getByText("There are changes that are not saved.")).toHaveCount(0);
    await close(alice.page);
  });

  await test.step("and a private channel for it", async () => {
    await openMenu(alice.page, "Harbour");
    await choose(alice.page, "Create channel");
    await alice.page.getByLabel("Channel name").fill("on deck");
    await alice.page.getByText("Private", { exact: true }).click();
    await alice.page.getByRole("button", { name: "Create channel" }).click();
    await expect(alice.page.getByRole("heading", { level: 1, name: "on deck" })).toBeVisible();
    await say(alice, "Only for sailors");
    await alice.page.getByRole("button", { name: "Manage on deck" }).click();
    await choose(alice.page, "Permissions");
    await alice.page.getByLabel("Add a role or member").selectOption("Sailors");
    const seeing = alice.page.getByRole("group", { name: "See channels" });
    await seeing.getByRole("radio", { name: "Allow" }).click({ force: true });
    await expect(alice.page.getByRole("button", { name: "Remove what is set for Sailors" })).toBeVisible();
    await close(alice.page);
    await expect(channel(bob.page, "on deck")).toHaveCount(0);
  });

  const path = await test.step("and a link to the channel that gives the role", async () => {
    await alice.page.getByRole("button", { name: "Manage on deck" }).click();
    await choose(alice.page, "Invite to this channel");
    await alice.page.getByRole("dialog").getByLabel("Sailors").check();
    const made = await createLink(alice.page);
    await expect(alice.page.getByRole("dialog").locator(".invite")).toContainText("Gives Sailors");
    await close(alice.page);
    return made;
  });

  const visitor = await (await browser.newContext({ baseURL: server.url })).newPage();
  const carol: Person = await test.step("a newcomer registers through the link and lands in the channel", async () => {
    await visitor.goto(path);
    const shown = visitor.getByRole("region", { name: "Invite" });
    await expect(shown).toContainText("You are invited to a server");
    await expect(shown).toContainText("Harbour");
    await expect(shown).toContainText("Fewer than 10 members");
    await expect(shown).not.toContainText("on deck");
    const handle = await registerHere(visitor, "Carol");
    expect(new URL(visitor.url()).pathname).toBe(path);
    await shown.getByRole("button", { name: "Join server" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: "on deck" })).toBeVisible();
    await expect(message(visitor, "Only for sailors")).toBeVisible();
    await expect(visitor.getByRole("link", { name: "Harbour" })).toHaveAttribute("aria-current", "true");
    return { page: visitor, handle, name: "Carol" };
  });

  await test.step("she sees what her role may see, and nothing else", async () => {
    for (const name of ["welcome", "announcements", "general", "off-topic", "on deck"])
      await expect(channel(carol.page, name)).toBeVisible();
    await expect(channel(carol.page, "moderators")).toHaveCount(0);
    await openMenu(carol.page, "Harbour");
    await expect(carol.page.getByRole("menuitem", { name: "Members", exact: true })).toBeVisible();
    await expect(carol.page.getByRole("menuitem", { name: "Server settings" })).toHaveCount(0);
    await expect(carol.page.getByRole("menuitem", { name: "Create channel" })).toHaveCount(0);
    await carol.page.keyboard.press("Escape");
    // The address of a channel that she may not see says no more than one that does not exist.
    await channel(alice.page, "moderators").click();
    await expect(alice.page.getByRole("heading", { level: 1, name: "moderators" })).toBeVisible();
    await carol.page.goto(new URL(alice.page.url()).pathname);
    await expect(carol.page.getByText("This chat isn’t available")).toBeVisible();
    await carol.page.getByRole("link", { name: "Harbour" }).click();
    await channel(carol.page, "announcements").click();
    await expect(carol.page.getByText("You can read here, but not write.")).toBeVisible();
  });

  await test.step("a mention of the role reaches her", async () => {
    await channel(alice.page, "general").click();
    await expect(composer(alice.page)).toBeVisible();
    await composer(alice.page).pressSequentially("@sail");
    await alice.page.getByRole("option", { name: /@Sailors/ }).click();
    await composer(alice.page).press("End");
    await composer(alice.page).pressSequentially("welcome aboard");
    await composer(alice.page).press("Enter");
    await expect(message(alice.page, "@Sailors welcome aboard")).toBeVisible();
    await expect(channel(carol.page, "general").getByText("Mentions you")).toBeAttached();
    await channel(carol.page, "general").click();
    await expect(message(carol.page, "welcome aboard").locator('.mention[data-mentions="me"]')).toHaveText("@Sailors");
  });

  await test.step("a moderator removes a message, for everyone", async () => {
    await say(carol, "Cheap watches, click here");
    await channel(bob.page, "general").click();
    await message(bob.page, "Cheap watches").hover();
    await message(bob.page, "Cheap watches").getByRole("button", { name: "Delete" }).click();
    await bob.page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();
    for (const { page } of [alice, bob, carol]) await expect(page.getByText("Cheap watches")).toHaveCount(0);
    // A member without the permission cannot do the same.
    await message(carol.page, "welcome aboard").hover();
    await expect(message(carol.page, "welcome aboard").getByRole("button", { name: "Delete" })).toHaveCount(0);
  });

  await test.step("the owner revokes the link in the settings, and it stops working", async () => {
    await openMenu(alice.page, "Harbour");
    await choose(alice.page, "Server settings");
    await alice.page.getByRole("tab", { name: "Invites" }).click();
    await expect(alice.page.locator(".invite")).toContainText("Used once");
    await alice.page.getByRole("button", { name: /^Revoke the link/ }).click();
    await alice.page.getByRole("dialog").last().getByRole("button", { name: "Revoke", exact: true }).click();
    await expect(alice.page.locator(".invite")).toHaveCount(0);
    const late = await (await browser.newContext({ baseURL: server.url })).newPage();
    await late.goto(path);
    await expect(late.getByText("This invite doesn’t work")).toBeVisible();
  });
});
