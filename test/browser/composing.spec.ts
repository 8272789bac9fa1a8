// Input methods (Korean), the mention list and Enter in the composer. The input method is that of
// Chromium's protocol: it composes text in the focused box as a keyboard does.
import { type CDPSession, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, makeGroup, openChat, register, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const texts = (page: Page) => page.getByRole("article").locator(".prose").allInnerTexts();
const send = (page: Page) => page.getByRole("button", { name: "Send" });

const compose = (session: CDPSession, text: string) =>
  session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });

for (const kind of ["tap", "click"] as const)
  test(`a ${kind} on "send" during a composition sends everything once`, async ({ browser }) => {
    const options = kind === "tap" ? { hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } } : {};
    const alice = await register(browser, server.url, "Alice", options);
    const bob = await register(browser, server.url, "Bob");
    await openChat(alice, bob);
    const { page } = alice;
    const session = await page.context().newCDPSession(page);
    const press = () => (kind === "tap" ? send(page).tap({ force: true }) : send(page).click({ force: true }));
    await composer(page).focus();
    await session.send("Input.insertText", { text: "안녕하세" });
    await compose(session, "요");
    await expect(composer(page)).toHaveValue("안녕하세요");
    await press();
    await expect(composer(page)).toHaveValue("");
    await expect(composer(page)).toBeFocused();
    await press();
    // The input method inserts what it composed once more.
    await session.send("Input.insertText", { text: "요" });
    await expect(composer(page)).toHaveValue("");
    await press();
    await expect.poll(() => texts(page)).toEqual(["안녕하세요"]);
    // The next text is a text of its own, also if it begins with the same syllable.
    await page.waitForTimeout(600);
    await session.send("Input.insertText", { text: "요" });
    await compose(session, "즘");
    await press();
    await expect(composer(page)).toHaveValue("");
    await expect.poll(() => texts(page)).toEqual(["안녕하세요", "요즘"]);
    await page.reload();
    await expect(composer(page)).toHaveValue("");
    await expect.poll(() => texts(page)).toEqual(["안녕하세요", "요즘"]);
  });

test("Enter during a composition belongs to the input method, the next one sends once", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const { page } = alice;
  const session = await page.context().newCDPSession(page);
  await composer(page).focus();
  await session.send("Input.insertText", { text: "안녕하세" });
  await compose(session, "요");
  // The key that a browser reports while an input method handles the real one.
  await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Process", windowsVirtualKeyCode: 229 });
  await session.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", windowsVirtualKeyCode: 13 });
  await expect(composer(page)).toHaveValue("안녕하세요");
  await session.send("Input.insertText", { text: "요" });
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("");
  await composer(page).press("Enter");
  await expect.poll(() => texts(page)).toEqual(["안녕하세요"]);
});

test("saving an edit and choosing a mention end a composition", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "밥");
  const { page } = alice;
  await makeGroup(alice, "점심", [bob]);
  const session = await page.context().newCDPSession(page);
  await composer(page).focus();
  await session.send("Input.insertText", { text: "같이 가요 @" });
  await compose(session, "밥");
  await page.getByRole("option", { name: /밥/ }).click();
  await expect(composer(page)).toHaveValue(`같이 가요 @${bob.handle} `);
  await composer(page).press("Enter");
  await expect.poll(() => texts(page)).toHaveLength(1);
  await composer(page).press("ArrowUp");
  await page.keyboard.press("Control+a");
  await session.send("Input.insertText", { text: "다음에 가" });
  await compose(session, "요");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(composer(page)).toHaveValue("");
  await expect.poll(() => texts(page)).toEqual(["다음에 가요"]);
});

test("Enter sends a text as typed unless it completes a mention that was begun", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  const { page } = alice;
  await makeGroup(alice, "회의", [bob]);
  const list = page.getByRole("listbox");
  const type = (text: string) => composer(page).pressSequentially(text);
  // Nothing after the "@": nobody is meant yet.
  await type("회의실 @");
  await expect(list).toBeVisible();
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("");
  await expect(list).toHaveCount(0);
  await expect.poll(() => texts(page)).toEqual(["회의실 @"]);
  // A complete handle: one Enter.
  await type(`확인했어요 @${bob.handle}`);
  await expect(list).toBeVisible();
  await composer(page).press("Enter");
  await expect.poll(() => texts(page)).toHaveLength(2);
  await expect(page.getByRole("article").last().locator(".mention")).toHaveCount(1);
  // A list that was closed stays closed.
  await type("@");
  await composer(page).press("Escape");
  await expect(list).toHaveCount(0);
  await composer(page).press("Enter");
  await expect.poll(() => texts(page)).toHaveLength(3);
  expect((await texts(page)).at(-1)).toBe("@");
  // A choice with the arrow keys, and a handle that was begun.
  await type("@");
  await expect(list).toBeVisible();
  await composer(page).press("ArrowDown");
  await composer(page).press("ArrowUp");
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue(`@${bob.handle} `);
  await composer(page).fill("");
  await type(`@${bob.handle.slice(0, 5)}`);
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue(`@${bob.handle} `);
  await composer(page).press("Enter");
  await expect.poll(() => texts(page)).toHaveLength(4);
});
