// What a person does in a server on the page.
import { expect, type Page } from "@playwright/test";
import { type Person, password } from "./people";

/** Creates a server from a template and opens its welcome channel. */
export async function createServer({ page }: Person, name: string, template: string): Promise<void> {
  await page.getByRole("button", { name: "Create a server" }).click();
  const dialog = page.getByRole("dialog", { name: "New server" });
  await dialog.getByLabel("Server name").fill(name);
  await dialog.getByText(template, { exact: true }).click();
  await dialog.getByRole("button", { name: "Create server" }).click();
  await expect(dialog).toHaveCount(0);
}

/** The link to a channel in the tree. */
export const channel = (page: Page, name: string) => page.getByRole("link", { name: new RegExp(`channel: ${name}`) });
/** Opens the menu of a server. */
export const openMenu = (page: Page, name: string) => page.getByRole("button", { name: `Menu of ${name}` }).click();
export const choose = (page: Page, choice: string) => page.getByRole("menuitem", { name: choice, exact: true }).click();
export const close = (page: Page) =>
  page.getByRole("dialog").last().getByRole("button", { name: "Close", exact: true }).click();

/** Adds a person who needs no request. */
export async function addPerson({ page }: Person, name: string, person: Person): Promise<void> {
  await openMenu(page, name);
  await choose(page, "Add people");
  const field = page.getByRole("dialog").getByRole("textbox", { name: "Add somebody by handle" });
  await field.fill(person.handle);
  await field.press("Enter");
  await expect(page.getByText(`${person.name} was added.`)).toBeVisible();
  await close(page);
}

/** Bans a member for ever. */
export async function ban(
  { page }: Person,
  server: string,
  { person, reason }: { person: string; reason: string },
): Promise<void> {
  await openMenu(page, server);
  await choose(page, "Add people");
  await page.getByRole("button", { name: `Manage ${person}` }).click();
  await choose(page, "Ban");
  const dialog = page.getByRole("dialog", { name: `Ban ${person}?` });
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: "Ban", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: `Manage ${person}` })).toHaveCount(0);
  await close(page);
}

/** Reports a member to the moderators. */
export async function report(
  { page }: Person,
  server: string,
  { person, text }: { person: string; text: string },
): Promise<void> {
  await openMenu(page, server);
  await choose(page, "Add people");
  await page.getByRole("button", { name: `Manage ${person}` }).click();
  await choose(page, "Report");
  const dialog = page.getByRole("dialog", { name: `Report ${person}` });
  await dialog.getByLabel("What else should they know?").fill(text);
  await dialog.getByRole("button", { name: "Report", exact: true }).click();
  await expect(dialog.getByText("Your report was sent.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await close(page);
}

/** Gives a member a role, or takes it. */
export async function setRole(
  { page }: Person,
  server: string,
  { person, role, isGiven }: { person: string; role: string; isGiven: boolean },
): Promise<void> {
  await openMenu(page, server);
  await choose(page, "Add people");
  await page.getByRole("button", { name: `Manage ${person}` }).click();
  await choose(page, "Roles");
  const turned = page.getByRole("switch", { name: role });
  await turned.click();
  await expect(turned).toBeChecked({ checked: isGiven });
  await close(page);
  await close(page);
}

/** Creates a link in the dialog that is open, and returns its path. */
export async function createLink(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog").last();
  const links = dialog.locator(".invite-link");
  const before = await links.count();
  await dialog.getByRole("button", { name: "Create link" }).click();
  await expect(links).toHaveCount(before + 1);
  const text = (await links.first().textContent()) ?? "";
  return text.slice(text.indexOf("/i/"));
}

/** Registers on the page that a link has opened. Returns the handle. */
export async function registerHere(page: Page, name: string): Promise<string> {
  const handle = `${name.toLowerCase()}-${Date.now().toString(36)}x`;
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Display name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  return handle;
}
