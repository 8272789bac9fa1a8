// People whose names look alike, names from right to left, an older account's handle, and a device
// whose clock is wrong.
import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { composer, message, openChat, type Person, register, say, test } from "./people";

const HOUR_MS = 3_600_000;

/** Calls the API as the page does. Returns the body of the answer. */
const api = <T>(page: Page, method: string, path: string, body?: object): Promise<T> =>
  page.evaluate(
    async ([way, to, content]) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(to, { method: way, headers, ...(content !== null && { body: content }) });
      if (!answer.ok) throw new Error(`${way} ${to}: ${await answer.text()}`);
      return answer.status === 204 ? null : await answer.json();
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  );

const idOf = async ({ page }: Person): Promise<string> => (await api<{ id: string }>(page, "GET", "/v1/me")).id;

test("people whose names look alike have their handles in the list, in bubbles and in quotes", async ({
  browser,
  running,
}) => {
  const minji = await register(browser, running.url, "Minji Kim");
  const other = await register(browser, running.url, "M\u0456nji\u200b Kim");
  const sara = await register(browser, running.url, "שרה");
  const bob = await register(browser, running.url, "Bob");
  const members = await Promise.all([minji, other, sara].map(idOf));
  const nonce = crypto.randomUUID();
  const group = { kind: "group", name: "Friends", nonce, members };
  const { id } = await api<{ id: string }>(bob.page, "POST", "/v1/channels", group);
  await openChat(other, bob);
  await say(other, "direct");

  for (const person of [minji, other, sara]) {
    await person.page.goto(`/c/${id}`);
    await expect(composer(person.page)).toBeVisible();
    await say(person, `hello from ${person.handle}`);
  }
  await bob.page.goto(`/c/${id}`);
  const author = (person: Person) => message(bob.page, `hello from ${person.handle}`).locator(".message-author");
  await expect(author(minji)).toHaveText(`Minji Kim (@${minji.handle})`);
  await expect(author(other)).toHaveText(`M\u0456nji Kim (@${other.handle})`);
  // Isolated, so that it turns nothing around it.
  await expect(author(sara)).toHaveText("\u2068שרה\u2069");
  await expect(bob.page.getByRole("link", { name: /direct/ })).toContainText(`M\u0456nji Kim (@${other.handle})`);

  const { messages } = await api<{ messages: { seq: number; author: string }[] }>(
    bob.page,
    "GET",
    `/v1/channels/${id}/messages`,
  );
  const replyTo = messages.find((one) => one.author === members[0])?.seq;
  const identity = { nonce: crypto.randomUUID(), epoch: "none", after: 0 };
  await api(bob.page, "POST", `/v1/channels/${id}/messages`, { text: "an answer", replyTo, ...identity });
  await expect(message(bob.page, "an answer").locator(".quote strong")).toHaveText(`Minji Kim (@${minji.handle})`);
});

test("a mute for an hour is an hour by the server's clock, whatever the device's clock says", async ({
  browser,
  running,
}) => {
  const alice = await register(browser, running.url, "Alice");
  const bob = await register(browser, running.url, "Bob");
  await openChat(alice, bob);
  for (const wrongBy of [2 * HOUR_MS, -2 * HOUR_MS]) {
    const page = await bob.page.context().newPage();
    await page.addInitScript((ms) => {
      const Right = Date;
      globalThis.Date = class extends Right {
        constructor(...parts: [] | [number]) {
          super(...(parts.length === 0 ? ([Right.now() + ms] as const) : parts));
        }
        static override now() {
          return Right.now() + ms;
        }
      } as DateConstructor;
    }, wrongBy);
    await page.goto("/");
    expect(Math.abs((await page.evaluate(() => Date.now())) - Date.now() - wrongBy)).toBeLessThan(60_000);
    await page.getByRole("link", { name: /Alice/ }).click();
    await page.getByRole("button", { name: "Details" }).click();
    await page.getByRole("button", { name: "Mute" }).click();
    await page.getByRole("menuitem", { name: "For 1 hour" }).click();
    await expect(page.getByText(/Muted until/)).toBeVisible();
    const { mutes } = await api<{ mutes: { until: number }[] }>(page, "GET", "/v1/me/export");
    expect(Math.abs((mutes[0]?.until ?? 0) - Date.now() - HOUR_MS)).toBeLessThan(60_000);
    await page.reload();
    await expect(page.getByRole("link", { name: /Alice/ })).toHaveAccessibleName(/Muted/);
    await page.getByRole("button", { name: "Unmute" }).click();
    await page.close();
  }
});

test("an older account whose handle cannot be used is asked for another", async ({ browser, running }) => {
  const { page, handle } = await register(browser, running.url, "Bob");
  let needsHandle = true;
  await page.route("**/v1/me", async (route) => {
    const isChange = route.request().method() === "PATCH";
    const answer = await route.fetch(isChange ? { method: "GET" } : {});
    if (isChange) needsHandle = false;
    await route.fulfill({ response: answer, json: { ...(await answer.json()), needsHandle } });
  });
  await page.reload();
  const dialog = page.getByRole("dialog", { name: "Choose another handle" });
  await expect(dialog).toContainText(`@${handle}`);
  await dialog.getByRole("textbox", { name: "New handle" }).fill("@bob.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("with a letter or digit at both ends");
  await dialog.getByRole("textbox", { name: "New handle" }).fill("@bobby");
  const changed = page.waitForRequest((request) => request.method() === "PATCH");
  await dialog.getByRole("button", { name: "Save" }).click();
  expect((await changed).postDataJSON()).toEqual({ handle: "bobby" });
  await expect(dialog).toBeHidden();
});

test("the service worker stays small", async ({ page, running }) => {
  const text = await (await page.request.get(`${running.url}/sw.js`)).text();
  expect(gzipSync(text).byteLength).toBeLessThan(10_000);
});
