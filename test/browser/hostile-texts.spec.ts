// Texts that would run code as markup, wherever a text appears, with the policy of the page
// switched off: what keeps them from running is that the page shows text as text. In CI a few
// hundred of them; `HOSTILE_TEXTS=5000` makes the full run.
import { type Browser, expect, type Page } from "@playwright/test";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { hostileTexts } from "./hostile-texts";
import { signIn, test } from "./people";

const COUNT = Number(process.env.HOSTILE_TEXTS ?? 300);
const SEED = process.env.HOSTILE_SEED ?? "1";
/** Texts in one message, and in one channel: a tall page then shows all of them at once. */
const PER_MESSAGE = 10;
const PER_CHANNEL = 250;
const TALL = { width: 1_280, height: 9_000 };

interface Named {
  id: string;
}

/** What ran or was loaded on a page. */
const ran: string[] = [];

/** Opens a page that records what runs, for an account. */
async function openAs(browser: Browser, url: string, person: RegisteredUser): Promise<Page> {
  const { page } = await signIn(
    browser,
    url,
    { page: null as never, handle: person.handle, name: "" },
    { bypassCSP: true },
  );
  await watch(page);
  return page;
}

async function watch(page: Page): Promise<void> {
  await page.setViewportSize(TALL);
  await page.exposeFunction("reportRun", (what: string) => void ran.push(what));
  const record = () => {
    const report = (what: string) => (globalThis as never as { reportRun(what: string): void }).reportRun(what);
    Object.assign(globalThis, {
      xss: (n: unknown) => report(`xss(${n})`),
      ...Object.fromEntries(
        ["alert", "confirm", "prompt"].map((name) => [name, (n: unknown) => report(`${name}(${n})`)]),
      ),
    });
  };
  await page.addInitScript(record);
  page.on("dialog", (dialog) => {
    ran.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().includes("xss.example")) ran.push(`request ${request.url()}`);
  });
  // A page whose element works: what follows could be seen.
  await page.reload();
  await page.evaluate(() => {
    const control = document.createElement("div");
    control.innerHTML = "<img src=x onerror=xss('control')>";
    document.body.append(control);
  });
  await expect.poll(() => ran.includes("xss(control)")).toBe(true);
  ran.splice(0);
}

/** Nothing ran, and no element of the page is one that a text made. */
async function expectText(page: Page, where: string): Promise<void> {
  await page.waitForTimeout(300);
  const odd = await page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((element) => {
      const attributes = element.getAttributeNames();
      const handlers = attributes.filter((name) => name.startsWith("on"));
      const addresses = ["href", "src", "action", "formaction", "xlink:href", "data", "srcdoc"]
        .map((name) => element.getAttribute(name) ?? "")
        .filter((value) => value !== "" && !/^(?:https?:|mailto:|blob:|data:image\/|\/|#|\.)/.test(value));
      const isForeign = /^(?:iframe|object|embed|base|marquee|math|xss|foreignobject)$/i.test(element.tagName);
      return handlers.length > 0 || addresses.length > 0 || isForeign ? [element.outerHTML.slice(0, 200)] : [];
    }),
  );
  expect(odd, where).toEqual([]);
  // Things that run when somebody comes near them.
  await page.mouse.move(640, 400);
  await page.mouse.move(200, 300);
  await page.keyboard.press("Tab");
  expect(ran, where).toEqual([]);
}

/** Creates something for each text that a server takes as it is. Returns how many it took. */
async function each(texts: readonly string[], count: number, make: (text: string) => Promise<{ status: number }>) {
  let taken = 0;
  for (const text of texts) {
    if (taken === count) break;
    if ((await make(text)).status < 300) taken++;
  }
  return taken;
}

test("no text of the page runs, whatever stands in it", async ({ browser, running }) => {
  test.setTimeout(1_200_000);
  const texts = hostileTexts(COUNT, SEED);
  const short = texts.filter((text) => text.length <= 80);
  const [first = "", second = ""] = short;
  const owner = await RegisteredUser.register(running.port, `mallory-${Date.now().toString(36)}`);
  const other = await RegisteredUser.register(running.port, `victim-${Date.now().toString(36)}`);
  await owner.ask("PATCH", "/v1/me", { name: first });
  const guild = await owner.demand<Named & { channels: Named[]; everyone: string }>("POST", "/v1/guilds", {
    ...{ nonce: crypto.randomUUID(), name: second, description: texts.find((text) => text.length < 300) ?? "" },
  });
  const base = `/v1/guilds/${guild.id}`;
  await owner.demand("PUT", `${base}/members/${other.id}`);
  const share = Math.min(1, COUNT / 5_000);
  const wanted = { channels: Math.max(20, Math.round(400 * share)), roles: Math.max(10, Math.round(180 * share)) };
  const taken: Record<string, number> = {};
  taken.topics = 0;
  taken.channels = await each(short, wanted.channels, (name) => {
    const topic = texts[taken.topics ?? 0] ?? "";
    taken.topics = (taken.topics ?? 0) + 1;
    return owner.ask("POST", `${base}/channels`, { nonce: crypto.randomUUID(), name, topic });
  });
  taken.categories = await each(short.toReversed(), 20, (name) => owner.ask("POST", `${base}/categories`, { name }));
  const roles: string[] = [];
  taken.roles = await each(short.slice(100).concat(short), wanted.roles, async (name) => {
    const answer = await owner.ask("POST", `${base}/roles`, { name, grouped: true, mentionable: true });
    if (answer.status < 300) roles.push((JSON.parse(answer.text) as Named).id);
    return answer;
  });
  for (const role of roles.slice(0, 10)) await owner.demand("PUT", `${base}/members/${other.id}/roles/${role}`);
  const view = await owner.demand<{ channels: Named[] }>("GET", base);
  taken.messages = 0;
  const used: string[] = [];
  for (let from = 0; from < texts.length; from += PER_CHANNEL) {
    const channel = view.channels[used.length]?.id ?? "";
    used.push(channel);
    const { epoch } = await owner.demand<{ epoch: string }>("GET", `/v1/channels/${channel}/messages`);
    const commands = Array.from({ length: PER_CHANNEL / PER_MESSAGE }, (_, at) => {
      const start = from + at * PER_MESSAGE;
      const text = texts.slice(start, start + PER_MESSAGE).join("\n\n");
      return { id: String(at), type: "message.send", nonce: crypto.randomUUID(), epoch, after: 0, text: text || "end" };
    });
    const { frames } = await owner.demand<{ frames: { type: string }[] }>("POST", `/v1/channels/${channel}/commands`, {
      commands,
    });
    expect(frames.filter(({ type }) => type !== "ack")).toEqual([]);
    taken.messages += Math.min(PER_CHANNEL, texts.length - from);
  }
  const group = await owner.demand<Named>("POST", "/v1/channels", {
    ...{ kind: "group", nonce: crypto.randomUUID(), name: first, topic: texts[1], members: [other.id] },
  });
  const invite = await owner.demand<{ code: string }>("POST", `/v1/channels/${group.id}/invites`, {});
  const direct = await owner.direct(other);
  for (const chat of [group.id, direct]) {
    const { epoch } = await owner.demand<{ epoch: string }>("GET", `/v1/channels/${chat}/messages`);
    const commands = [
      { id: "1", type: "message.send", nonce: crypto.randomUUID(), epoch, after: 0, text: texts[2] ?? "x" },
    ];
    await owner.demand("POST", `/v1/channels/${chat}/commands`, { commands });
  }

  const page = await openAs(browser, running.url, other);
  await page.goto("/");
  await expectText(page, "the list of chats");
  await page.goto(`/c/${group.id}/details`);
  await expectText(page, "the details of a group");
  await page.goto(`/s/${guild.id}`);
  await expect(page.getByRole("link", { name: /channel: / }).first()).toBeVisible();
  await expectText(page, "the tree of channels");
  for (const channel of used) {
    await page.goto(`/c/${channel}/details`);
    await expect(page.getByRole("article").first()).toBeVisible();
    await expectText(page, "messages");
  }
  for (const word of ["xss", "alert", "javascript"]) {
    await page.goto(`/#q=${word}`);
    await expectText(page, "hits of a search");
  }
  const boss = await openAs(browser, running.url, owner);
  await boss.goto(`/s/${guild.id}`);
  await boss.getByRole("button", { name: `Menu of ${second}` }).click();
  await boss.getByRole("menuitem", { name: "Server settings", exact: true }).click();
  await expectText(boss, "the settings of a server");
  await boss.getByRole("tab", { name: "Roles" }).click();
  await expectText(boss, "the roles of a server");
  const visitor = await (await browser.newContext({ baseURL: running.url, bypassCSP: true })).newPage();
  await visitor.goto("/");
  await watch(visitor);
  await visitor.goto(`/i/${invite.code}`);
  await expectText(visitor, "the page of an invite");
  console.log(`hostile texts: ${JSON.stringify({ texts: texts.length, ...taken, channelsOpened: used.length })}`);
});
