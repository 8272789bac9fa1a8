// Inputs from the field, and what they show: a message shows the text that was typed, unless its
// author clearly marked it.
import { describe, expect, test } from "vitest";
import { parse, previewOf, shownLine, shownText } from "../../../src/protocol";
import { outline } from "./outline";

const isAddress = (mark: string): boolean => mark.startsWith("href:") || mark.startsWith("warns:");
const marksIn = (text: string): string[] => outline(parse(text)).filter((mark) => !isAddress(mark));
const addressesIn = (text: string): string[] => outline(parse(text)).filter(isAddress);

describe("[S154] a text without clear marks stays as it was typed", () => {
  test.each([
    // Ranges, dates, prices, products and numbers.
    ["점심 12~1시, 회의 3~5시"],
    ["2026-11-30 ~ 12-01, 1~2시 ~3시~, 12~~1시"],
    ["2026. 11. 29. 일요일 회의 있어요"],
    ["18. September 회의\n2. Oktober Review"],
    ["0. zero\n5. five"],
    ["1. a\n3. b"],
    ["1) 하나"],
    ["- 3도래요 추워요"],
    ["* 별 하나"],
    ["+ 1,000원"],
    ["2*3*4 = 24 그리고 2**10 하고 3**4"],
    ["a*b*c 5*5=25 6*6"],
    ["5점* (만점 5*)"],
    ["010-****-1234"],
    // Identifiers, patterns, paths and code.
    ['__init__.py 와 if __name__ == "__main__":'],
    ["foo__bar__baz snake_case_name _2026_보고서 팀_공유_2026"],
    ["$_GET['x'] and $_POST"],
    ["src/**/*.ts, test/**/*.ts"],
    ["**/*.ts,**/*.js"],
    ["*.ts,*.js (*.md) C:\\*.* 삭제"],
    ["/*주석*/ /* b */"],
    ["f(*args, **kwargs) char **argv, **p"],
    ["\\\\nas01\\팀공유\\_2026 C:\\Users\\me_too"],
    ["~/a ~/b ~~ ~~~"],
    ["a[i](b) [링크] (설명) [1] 참고"],
    [">>> print(1)"],
    ["<b>a</b> &amp; &lt;i&gt;"],
    ["# 제목 아님\n---\n| a | b |\n| - | - |"],
    ["http:// https://. www. 뭐"],
    // Emoticons and names of which a part is hidden.
    [">_< 또 늦었네"],
    ["¯\\_(ツ)_/¯"],
    ["*^^* 안녕 *^^*"],
    ["^_^ 안녕 ^_^ (^_^) (^_^)"],
    ["*_* 하하 *_*"],
    ["(*^▽^*) -_-;; -_- _(._.)_ m(_ _)m _|￣|_"],
    [":_done_: #_a_"],
    ["네~~ 하하~~ 네~~하하~~ㅋㅋ"],
    ["김**님 이**님, 김**, 이**"],
    ["홍**,김** 김**님,이**님 당첨"],
    ["don`t worry, can`t, 5`, 6` (´・ω・`) (´・ω・`)"],
    // Marks with nothing in them.
    ["** 공지 **"],
    ["* * *"],
    ["***"],
    ["`"],
    ["```"],
    ["~~~"],
    ["> "],
    ["- 1"],
    ["[](https://evil.test)"],
    ["![cat](https://example.com/cat.png)"],
    ["  /\\_/\\\n ( o.o )\n  > ^ <"],
    ["  들여쓰기\n\n\n빈 줄  "],
  ])("%j", (text) => {
    expect(shownText(text)).toBe(text);
    expect(marksIn(text)).toEqual([]);
  });
});

describe("[S155] a clear mark", () => {
  test.each([
    ["**중요** 그리고 *기울임*", "중요 그리고 기울임", ["strong:중요", "em:기울임"]],
    ["~~취소~~ ~/docs", "취소 ~/docs", ["strike:취소"]],
    ["**마감(금요일)**까지 부탁", "마감(금요일)까지 부탁", ["strong:마감(금요일)"]],
    ['**"승인"**은 아직', '"승인"은 아직', ['strong:"승인"']],
    ["이건 **[긴급]**입니다", "이건 [긴급]입니다", ["strong:[긴급]"]],
    ["이건**중요**해요", "이건중요해요", ["strong:중요"]],
    ["这是**重点**内容", "这是重点内容", ["strong:重点"]],
    ["**and**/**or**", "and/or", ["strong:and", "strong:or"]],
    ["_중요_. (_a_)", "중요. (a)", ["em:중요", "em:a"]],
    ["***둘***", "둘", ["em:둘", "strong:둘"]],
    ["**a *b* c**", "a b c", ["strong:a b c", "em:b"]],
    ["*a **b** c*", "a b c", ["em:a b c", "strong:b"]],
    ["*`x`* **_a_**", "x a", ["em:x", "code:x", "strong:a", "em:a"]],
    ["**→ 주의**! ~~a~~, *😀*", "→ 주의! a, 😀", ["strong:→ 주의", "strike:a", "em:😀"]],
    ["\\*별표\\* \\`코드\\`", "*별표* `코드`", []],
    ["\\**별\\** \\~~물결~~ \\~\\~둘\\~\\~", "**별** ~~물결~~ ~~둘~~", []],
    ["1. 첫째\n2. 둘째", "1. 첫째\n2. 둘째", ["list"]],
    ["- 우유\n- 달걀", "• 우유\n• 달걀", ["list"]],
    ["- [x] 끝\n- [ ] 아직", "☑ 끝\n☐ 아직", ["list"]],
    ["> 상대가 한 말\n내 대답", "상대가 한 말\n내 대답", ["quote"]],
    ["```ts\nconst a = 1\n```", "const a = 1", ["code:const a = 1"]],
    ["`a*b*c`", "a*b*c", ["code:a*b*c"]],
    ["명령은`ls`로, (`don`t`)", "명령은ls로, (don`t)", ["code:ls", "code:don`t"]],
    ["``a ` b`` **굵게**OK", "a ` b 굵게OK", ["code:a ` b", "strong:굵게"]],
    ["f(**a,**b) print(**x, **y)", "f(**a,**b) print(**x, **y)", []],
  ] as const)("in %j", (text, shown, marks) => {
    expect(shownText(text)).toBe(shown);
    expect(marksIn(text)).toEqual(marks);
  });

  test("is gone in a preview, with the language of code, also if the end of the code is cut off", () => {
    expect(previewOf("```ts\nconst a = 1\n```")).toBe("const a = 1");
    expect(previewOf(`\`\`\`ts\n${"const a = 1\n".repeat(100)}\`\`\``)).toMatch(/^const a = 1 const/);
    expect(previewOf("**Hi** `there`\n\n- one\n- two")).toBe("Hi there • one • two");
    expect(previewOf("- [x] done")).toBe("☑ done");
    expect(shownLine("😀".repeat(10), 4)).toBe("😀😀😀😀…");
  });
});

describe("[S156] a link", () => {
  test.each([
    ["보고서 https://example.com/r\n-", "https://example.com/r"],
    ["# https://example.com", "https://example.com/"],
    ["https://example.com에서 확인", "https://example.com/"],
    ["https://example.com/docs를 보세요", "https://example.com/docs"],
    ["(https://example.com/a（설명）)", "https://example.com/a"],
    ["https://example.com/a。", "https://example.com/a"],
    ["https://example.com:8080에서", "https://example.com:8080/"],
    ["https://ko.example.org/wiki/한글 참고", "https://ko.example.org/wiki/%ED%95%9C%EA%B8%80"],
    ["https://example.org/wiki/Foo_(bar).", "https://example.org/wiki/Foo_(bar)"],
    ["“https://example.com/a”라고", "https://example.com/a"],
    ["https://example.com/?q=값&x=1, 그리고", "https://example.com/?q=%EA%B0%92&x=1"],
    ["**https://example.com/a**", "https://example.com/a"],
    ["http://예시.한국/경로 보기", "http://xn--vv4b11d.xn--3e0b707e/%EA%B2%BD%EB%A1%9C"],
    ["<https://example.com/a>", "https://example.com/a"],
    ["www.example.com에", "https://www.example.com/"],
    ["alice@example.com으로", "mailto:alice@example.com"],
    ["[문서](https://example.com/a_(b))를", "https://example.com/a_(b)"],
    // A bracket belongs to the word before it.
    ["https://example.com/a(설명)", "https://example.com/a"],
    ["https://example.com/a(설명", "https://example.com/a"],
    ["https://example.com/a[설명]", "https://example.com/a"],
    ["https://example.com/w/a(b)c를", "https://example.com/w/a(b)c"],
    ["https://example.com/w/사과(과일)를", `https://example.com/w/${encodeURI("사과(과일)")}`],
    ["https://example.com/w/서울_(동음이의)", `https://example.com/w/${encodeURI("서울_(동음이의)")}`],
    // Anchors and the words of a query.
    ["https://example.com/a#설치-방법 참고", `https://example.com/a#${encodeURI("설치-방법")}`],
    ["https://example.com/?q=가+나&글=다 검색", `https://example.com/?q=${encodeURI("가+나&글=다")}`],
    ["https://example.com/c++를", "https://example.com/c++"],
    // Marks behind a host.
    ["https://example.com**굵게**", "https://example.com/"],
    ["https://example.com, 그리고", "https://example.com/"],
  ])("in %j", (text, href) => {
    expect(addressesIn(text)).toEqual([`href:${href}`]);
  });

  test.each([
    ["https://a.example,https://b.example/"],
    ["https://a.example/;https://b.example"],
    ["https://a.example와https://b.example"],
    ["https://a.example|https://b.example"],
  ])("ends where the next one begins: %j", (text) => {
    expect(addressesIn(text)).toEqual(["href:https://a.example/", "href:https://b.example/"]);
  });

  test("keeps an address in its path", () => {
    expect(addressesIn("https://a.example/https://b.example/x")).toEqual([
      "href:https://a.example/https://b.example/x",
    ]);
    expect(addressesIn("https://*.example.com")).toEqual([]);
  });

  test.each([
    ["[**bank.example**](https://evil.test/x)", "evil.test"],
    ["[(bank.example)](https://evil.test)", "evil.test"],
    ["[`bank.example`](https://evil.test)", "evil.test"],
    ["[ba\u200bnk.example](https://evil.test)", "evil.test"],
    ["[bank。example](https://evil.test)", "evil.test"],
    ["[bank.exam*p*le](https://evil.test)", "evil.test"],
    ["[ｂａｎｋ.example](https://evil.test)", "evil.test"],
    ["[see docs.rs and bank.example](https://docs.rs/x)", "docs.rs"],
    ["[alice@bank.example](mailto:alice@evil.test)", "evil.test"],
    ["https://bank.example@evil.test/x", "evil.test"],
  ])("warns in %j", (text, host) => {
    expect(addressesIn(text)).toContain(`warns:${host}`);
    expect(shownText(text)).toContain(`(${host})`);
  });

  test.each([["[bank.example](https://www.bank.example/a)"], ["[여기](https://evil.test)"], ["https://a.example/b.c"]])(
    "does not warn in %j",
    (text) => expect(addressesIn(text).some((one) => one.startsWith("warns:"))).toBe(false),
  );
});
