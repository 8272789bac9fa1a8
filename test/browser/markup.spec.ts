// What the page shows of a text is what the parser says, also in the list, in a selection and in a
// copy.
import { expect } from "@playwright/test";
import { previewOf, shownText } from "../../src/protocol";
import { message, openChat, register, say, test } from "./people";

const texts = [
  "점심 12~1시, 회의 3~5시 *^^* >_< 김**님 이**님",
  "2026. 11. 29. 일요일 회의 있어요\n18. September 회의",
  "1. 첫째\n2. 둘째\n  - 안쪽\n  - 다음",
  "- 우유\n- 달걀",
  "**마감(금요일)**까지 *부탁* ~~취소~~ `a*b*c`",
  "> 상대가 한 말\n내 대답",
  "```ts\nconst a = 1\n  const b = 2\n```",
  "  /\\_/\\\n ( o.o )\n  > ^ <",
  "[bank.example](https://evil.test/x)를 보세요",
  "https://example.com/docs를 보세요",
  "https://a.example/,https://b.example/a(설명)",
  "```sh\nnpm i\n```를 실행하세요",
];

test("a text shows, is listed, selected and copied by one rule", async ({ browser, running }) => {
  const alice = await register(browser, running.url, "Alice", { permissions: ["clipboard-read", "clipboard-write"] });
  const bob = await register(browser, running.url, "Bob");
  await openChat(alice, bob);
  for (const text of texts) {
    await say(alice, text);
    const last = alice.page.getByRole("article").last();
    const prose = last.locator(".prose");
    const shown = shownText(text);
    const [firstLine = ""] = shown.trim().split("\n");
    await expect(prose).toContainText(firstLine);
    if (!text.startsWith("```")) {
      // `innerText` has an empty line between blocks.
      const lines = (await prose.innerText()).split("\n").filter((line) => line.trim() !== "");
      expect(lines.map((line) => line.trim())).toEqual(shown.split("\n").map((line) => line.trim()));
    }
    await expect(bob.page.getByRole("link", { name: /Alice/ })).toContainText(previewOf(text).slice(0, 20));
    await last.hover();
    await last.getByRole("button", { name: "Copy", exact: true }).click();
    await expect.poll(() => alice.page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  }
});

test("the people whom a text mentions are those whom it highlights", async ({ browser, running }) => {
  const alice = await register(browser, running.url, "Alice");
  const bob = await register(browser, running.url, "Bob");
  await openChat(alice, bob);
  await say(alice, `자료는@${bob.handle}님 \`@${bob.handle}\`\n> @${bob.handle} 이렇게`);
  const sent = message(alice.page, "자료는");
  await expect(sent.locator(".mention")).toHaveText([`@${bob.handle}`]);
  await expect(bob.page.getByRole("link", { name: /Alice/ })).toHaveAccessibleName(/Mentions you/);
});
