// `npm run pictures` takes the screenshots of the README, of the real page on a real server.
import { mkdirSync } from "node:fs";
import { type BrowserContextOptions, chromium } from "@playwright/test";
import { message, openChat, register, say } from "../test/browser/people.ts";
import { Server } from "../test/simulation/kit/dev-server.ts";

const folder = "docs/images";
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };

mkdirSync(folder, { recursive: true });
const server = await Server.start();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
try {
  const mina = await register(browser, server.url, "Mina", desktop);
  const others = await Promise.all(
    ["Jonas", "하늘", "Carol"].map((name) => register(browser, server.url, name, desktop)),
  );
  const [jonas, sky, carol] = others;
  if (!jonas || !sky || !carol) throw new Error("not everyone registered");
  await openChat(carol, mina);
  await say(carol, "Lunch on Thursday?");
  await openChat(sky, mina);
  await say(sky, "오늘 회의는 세 시로 옮겼어요 🙂");
  await openChat(mina, jonas);
  await openChat(jonas, mina);
  await say(mina, "Did the train get you home all right?");
  await say(
    jonas,
    "It did. Forty minutes without a signal, and *everything* I wrote in the tunnel went out by itself.",
  );
  await say(mina, "In order?");
  await say(jonas, 'In order, and once:\n```ts\nawait channel.send("still here");\n```');
  await say(mina, "Then I believe the README.");
  await message(jonas.page, "Then I believe").waitFor();
  const place = new URL(mina.page.url()).pathname;
  const state = await mina.page.context().storageState();
  const shoot = async (file: string, path: string, options: BrowserContextOptions) => {
    const context = await browser.newContext({ ...options, storageState: state, baseURL: server.url, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(path);
    await page.getByText("Then I believe").filter({ visible: true }).first().waitFor();
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${folder}/${file}.png` });
    await context.close();
  };
  await shoot("desktop-light", place, { ...desktop, colorScheme: "light" });
  await shoot("desktop-dark", place, { ...desktop, colorScheme: "dark" });
  await shoot("phone-list", "/", { ...phone, colorScheme: "light" });
  await shoot("phone-chat", place, { ...phone, colorScheme: "dark" });
} finally {
  await browser.close();
  await server.stop();
}
