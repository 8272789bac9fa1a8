// Servers: creating one, its channels, members and roles, and what a change of a role does to the
// page of another person.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import {
  addPerson,
  ban,
  channel,
  choose,
  close,
  createLink,
  createServer,
  openMenu,
  report,
  setRole,
} from "./guild-page";
import { accessibilityFaults, looks, overflow } from "./looks";
import { composer, message, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("a server from a template: its channels, a second member, roles, deletion and its end", async ({ browser }) => {
  test.setTimeout(240_000);
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await createServer(alice, "Harbour", "A team");
  // A wide screen opens the welcome channel.
  await expect(alice.page.getByRole("heading", { level: 1, name: "general" })).toBeVisible();
  await expect(channel(alice.page, "announcements")).toBeVisible();
  await expect(channel(alice.page, "leads")).toBeVisible();
  await say(alice, "Welcome aboard");

  await addPerson(alice, "Harbour", bob);
  await bob.page.getByRole("link", { name: "Harbour" }).click();
  await expect(message(bob.page, "Welcome aboard")).toBeVisible();
  await expect(channel(bob.page, "leads")).toHaveCount(0);
  await say(bob, "Hello from Bob");
  await expect(message(alice.page, "Hello from Bob")).toBeVisible();

  await test.step("what is unread in another channel shows in the tree", async () => {
    await channel(alice.page, "help").click();
    await say(alice, "Who can help?");
    await expect(channel(bob.page, "help").getByText("1 unread")).toBeAttached();
    await channel(bob.page, "help").click();
    await expect(message(bob.page, "Who can help?")).toBeVisible();
    await expect(channel(bob.page, "help").getByText("1 unread")).toHaveCount(0);
  });

  await test.step("channels of servers are not in the list of chats", async () => {
    await bob.page.getByRole("link", { name: "Chats" }).click();
    await expect(bob.page.getByText("It’s quiet here")).toBeVisible();
    await bob.page.getByRole("link", { name: "Harbour" }).click();
    await expect(bob.page.getByRole("heading", { level: 1, name: "help" })).toBeVisible();
  });

  await test.step("without the permission to write, the composer of the other person closes", async () => {
    await expect(composer(bob.page)).toBeVisible();
    await openMenu(alice.page, "Harbour");
    await choose(alice.page, "Server settings");
    await alice.page.getByRole("tab", { name: "Roles" }).click();
    await alice.page.getByRole("button", { name: /^Everyone/ }).click();
    await alice.page.getByRole("switch", { name: "Write messages" }).click();
    await alice.page.getByRole("button", { name: "Save changes" }).click();
    await expect(bob.page.getByText("You can read here, but not write.")).toBeVisible();
    await expect(composer(bob.page)).toHaveCount(0);
    await alice.page.getByRole("switch", { name: "Write messages" }).click();
    await alice.page.getByRole("button", { name: "Save changes" }).click();
    await expect(composer(bob.page)).toBeVisible();
    await close(alice.page);
  });

  await test.step("a role brings a private channel, and its loss takes it away", async () => {
    const roles = (isGiven: boolean) => setRole(alice, "Harbour", { person: "Bob", role: "Lead", isGiven });
    await roles(true);
    await channel(bob.page, "leads").click();
    await say(bob, "Now among the leads");
    await expect(message(bob.page, "Now among the leads")).toBeVisible();
    await roles(false);
    await expect(channel(bob.page, "leads")).toHaveCount(0);
    await expect(bob.page.getByText("You can no longer open leads")).toBeVisible();
    await bob.page.getByRole("button", { name: "Go to the server" }).click();
    await expect(composer(bob.page)).toBeVisible();
  });

  await test.step("a channel is created, moved and deleted, live for others", async () => {
    await openMenu(alice.page, "Harbour");
    await choose(alice.page, "Create channel");
    await alice.page.getByLabel("Channel name").fill("kitchen");
    await alice.page.getByRole("button", { name: "Create channel" }).click();
    await expect(alice.page.getByRole("heading", { level: 1, name: "kitchen" })).toBeVisible();
    await expect(channel(bob.page, "kitchen")).toBeVisible();
    const names = () => bob.page.locator(".tree-name").allInnerTexts();
    const before = await names();
    await alice.page.getByRole("button", { name: "Manage kitchen" }).click();
    await choose(alice.page, "Move up");
    await expect.poll(names).not.toEqual(before);
    expect((await names()).indexOf("kitchen")).toBe(before.indexOf("kitchen") - 1);
    await alice.page.getByRole("button", { name: "Manage kitchen" }).click();
    await choose(alice.page, "Delete");
    await alice.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(channel(bob.page, "kitchen")).toHaveCount(0);
    await expect(channel(alice.page, "kitchen")).toHaveCount(0);
  });

  await test.step("a deletion is announced to all, and can be cancelled", async () => {
    await alice.page.getByRole("link", { name: "Harbour" }).click();
    await openMenu(alice.page, "Harbour");
    await choose(alice.page, "Server settings");
    await alice.page.getByRole("button", { name: "Delete server" }).click();
    await alice.page.getByRole("dialog").last().getByRole("button", { name: "Delete server" }).click();
    await expect(bob.page.getByText(/This server will be deleted on/)).toBeVisible();
    await alice.page.getByRole("dialog").getByRole("button", { name: "Cancel the deletion" }).click();
    await expect(bob.page.getByText(/This server will be deleted on/)).toHaveCount(0);
    await close(alice.page);
  });

  await openMenu(bob.page, "Harbour");
  await choose(bob.page, "Leave server");
  await bob.page.getByRole("dialog").getByRole("button", { name: "Leave server" }).click();
  await expect(bob.page.getByRole("link", { name: "Harbour" })).toHaveCount(0);
  await expect(bob.page.getByRole("heading", { name: "Parley" })).toBeVisible();
});

test("servers have no accessibility fault and no overflow in any look", async ({ browser }) => {
  test.setTimeout(420_000);
  const alice = await register(browser, server.url, "Alice");
  await createServer(alice, "Harbour", "A community");
  await say(alice, "First words");
  await expect(message(alice.page, "First words")).toBeVisible();
  const bob = await register(browser, server.url, "Bob");
  await addPerson(alice, "Harbour", bob);
  await setRole(alice, "Harbour", { person: "Bob", role: "Moderator", isGiven: true });
  const dave = await register(browser, server.url, "Dave");
  await addPerson(alice, "Harbour", dave);
  await report(alice, "Harbour", { person: "Dave", text: "Sold watches" });
  await ban(alice, "Harbour", { person: "Dave", reason: "Sold watches" });
  await openMenu(alice.page, "Harbour");
  await choose(alice.page, "Invite by link");
  await alice.page.getByRole("dialog").getByLabel("Moderator").check();
  const invite = await createLink(alice.page);
  await alice.page.getByRole("dialog").getByLabel("Opens with").selectOption("general");
  await createLink(alice.page);
  await close(alice.page);
  const guest = await register(browser, server.url, "Carol");
  const guestState = await guest.page.context().storageState();
  const state = await alice.page.context().storageState();
  const path = new URL(alice.page.url()).pathname;
  // What fades in is checked when it has.
  const still = { reducedMotion: "reduce" } as const;
  for (const { name, ...look } of looks) {
    await test.step(name, async () => {
      const context = await browser.newContext({ ...look, ...still, storageState: state, baseURL: server.url });
      const page = await context.newPage();
      const pictureOf = async (of: Page, part: string) => {
        expect.soft(await accessibilityFaults(of), part).toEqual([]);
        expect.soft(await overflow(of), part).toBe(0);
        if (process.env.PICTURES) await of.screenshot({ path: `${process.env.PICTURES}/${name}-${part}.png` });
      };
      const picture = (part: string) => pictureOf(page, part);
      await page.goto(path);
      await expect(message(page, "First words")).toBeVisible();
      await picture("channel");
      await page.goto(`${path}/details`);
      await expect(page.locator(".panel .person")).toHaveCount(2);
      await picture("details");
      if (look.viewport.width < 700) {
        await page.goto(path);
        await expect(message(page, "First words")).toBeVisible();
        await page.getByRole("button", { name: /^(Back|뒤로)$/ }).click();
      }
      await expect(page.locator(".tree-row")).toHaveCount(5);
      await picture("tree");
      await page.locator(".guild-name").click();
      await picture("menu");
      await page.getByRole("menuitem", { name: /^(Server settings|서버 설정)$/ }).click();
      await expect(page.getByRole("tab")).toHaveCount(7);
      await picture("overview");
      await page.getByRole("tab").nth(1).click();
      await picture("roles");
      await page.locator(".role-open").first().click();
      await picture("role");
      await page.getByRole("button", { name: /^(See it as this role|이 역할로 보기)$/ }).click();
      await expect(page.locator(".role-view li")).toHaveCount(5);
      await picture("role-view");
      await page.keyboard.press("Escape");
      await page.getByRole("tab").nth(2).click();
      await expect(page.locator(".guild-settings .person")).toHaveCount(2);
      await picture("members");
      for (const [part, choice] of [
        ["remove", /^(Remove from server|서버에서 내보내기)$/],
        ["time-out", /^(Time out|타임아웃)$/],
        ["ban", /^(Ban|차단)$/],
      ] as const) {
        const settings = page.locator(".guild-settings");
        await settings.getByRole("button", { name: /^(Manage Bob|Bob 님 관리)$/ }).click();
        await page.getByRole("menuitem", { name: choice }).click();
        await expect(page.getByRole("dialog")).toHaveCount(2);
        await picture(part);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(1);
      }
      await page.getByRole("tab").nth(3).click();
      await expect(page.locator(".guild-settings .invite")).toHaveCount(2);
      await picture("invites");
      await page.getByRole("tab").nth(4).click();
      await expect(page.locator(".guild-settings .person")).toContainText("Sold watches");
      await picture("bans");
      await page.getByRole("tab").nth(5).click();
      await expect(page.locator(".guild-settings .report")).toContainText("Sold watches");
      await picture("reports");
      await page.getByRole("tab").nth(6).click();
      await expect(page.locator(".audit-entry").first()).toContainText("Sold watches");
      await picture("audit");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^(Create a server|서버 만들기)$/ }).click();
      await picture("create");
      await page.keyboard.press("Escape");
      await page.locator(".tree-row .icon-button").first().click({ force: true });
      await page.getByRole("menuitem", { name: /^(Permissions|권한)$/ }).click();
      await page.locator(".access select").selectOption({ index: 1 });
      await picture("access");
      await page.keyboard.press("Escape");
      await page.locator(".tree-row .icon-button").first().click({ force: true });
      await page.getByRole("menuitem", { name: /^(Invite to this channel|이 채널로 초대)$/ }).click();
      await expect(page.getByRole("dialog").locator(".invite")).toHaveCount(2);
      await page.getByRole("dialog").locator(".role-chip").first().click();
      await picture("invite-dialog");
      await page.getByRole("button", { name: /QR/ }).first().click();
      await expect(page.locator(".qr")).toBeVisible();
      await picture("qr");
      await context.close();
      for (const [part, storageState] of [
        ["visitor", undefined],
        ["join", guestState],
        ["inside", state],
      ] as const) {
        const opened = await browser.newContext({
          ...look,
          ...still,
          ...(storageState && { storageState }),
          baseURL: server.url,
        });
        const joining = await opened.newPage();
        await joining.goto(invite);
        await expect(joining.locator(".invite-target")).toBeVisible();
        await pictureOf(joining, part);
        await opened.close();
      }
    });
  }
});
