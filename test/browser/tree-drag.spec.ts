// Dragging channels and categories of a server to other places of its tree.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { addPerson, channel, choose, createServer, openMenu } from "./guild-page";
import { register, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

async function createCategory(page: Page, name: string): Promise<void> {
  await openMenu(page, "Harbour");
  await choose(page, "Create category");
  await page.getByLabel("Category name").fill(name);
  await page.getByRole("button", { name: "Create category" }).click();
  await expect(page.getByRole("button", { name, exact: true })).toBeVisible();
}

async function createChannel(page: Page, name: string): Promise<void> {
  await openMenu(page, "Harbour");
  await choose(page, "Create channel");
  await page.getByLabel("Channel name").fill(name);
  await page.getByRole("button", { name: "Create channel" }).click();
  await expect(channel(page, name)).toBeVisible();
}

/** The names in the tree from top to bottom, categories in brackets. */
const tree = (page: Page) =>
  page
    .locator(".tree-groups")
    .locator(".tree-fold, .tree-name")
    .evaluateAll((items) =>
      items.map((item) => (item.matches(".tree-fold") ? `[${item.textContent}]` : item.textContent)),
    );

test("the owner drags channels and categories, members see it live and drag nothing", async ({ browser }) => {
  test.setTimeout(90_000);
  const [alice, bob] = [await register(browser, server.url, "Alice"), await register(browser, server.url, "Bob")];
  await createServer(alice, "Harbour", "Nothing");
  await addPerson(alice, "Harbour", bob);
  const { page } = alice;
  for (const name of ["Work", "Talk"]) await createCategory(page, name);
  for (const name of ["plans", "music"]) await createChannel(page, name);
  await bob.page.getByRole("link", { name: "Harbour" }).click();
  const fold = (name: string) => page.getByRole("button", { name, exact: true });
  const expectTree = async (expected: string[]) => {
    await expect.poll(() => tree(page)).toEqual(expected);
    // Members do not see a category without channels.
    const isEmpty = (at: number) => expected[at]?.startsWith("[") && (expected[at + 1] ?? "[").startsWith("[");
    await expect.poll(() => tree(bob.page)).toEqual(expected.filter((_, at) => !isEmpty(at)));
  };
  const first = (await tree(page))[0] ?? "";
  await expectTree([first, "plans", "music", "[Work]", "[Talk]"]);

  await channel(page, "music").dragTo(fold("Talk"));
  await expect(page.getByText("music was moved.")).toBeAttached();
  await expectTree([first, "plans", "[Work]", "[Talk]", "music"]);
  await channel(page, "plans").dragTo(channel(page, "music"), { targetPosition: { x: 40, y: 2 } });
  await expectTree([first, "[Work]", "[Talk]", "plans", "music"]);
  await fold("Talk").dragTo(fold("Work"), { targetPosition: { x: 40, y: 2 } });
  await expectTree([first, "[Talk]", "plans", "music", "[Work]"]);
  await channel(page, "plans").dragTo(channel(page, first), { targetPosition: { x: 40, y: 2 } });
  await expectTree(["plans", first, "[Talk]", "music", "[Work]"]);

  await channel(bob.page, "music").dragTo(channel(bob.page, "plans"), { targetPosition: { x: 40, y: 2 } });
  await bob.page.waitForTimeout(500);
  await expectTree(["plans", first, "[Talk]", "music", "[Work]"]);
});
