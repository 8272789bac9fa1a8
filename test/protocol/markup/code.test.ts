// Fenced code whose fences share a line with text, as people type them. No text is lost.
import { describe, expect, test } from "vitest";
import { findMentions, parse, previewOf, shownText } from "../../../src/protocol";
import { outline } from "./outline";

const codeIn = (text: string): string[] => outline(parse(text)).filter((mark) => mark.startsWith("code:"));

describe("[S154] a fence", () => {
  test.each([
    // The closing fence directly behind the code, and text behind it.
    ["```js\ncode```", "code", ["code:code"]],
    ["```\none\ntwo```\n끝", "one\ntwo\n끝", ["code:one\ntwo"]],
    ["```js\ncode\n``` 뒤에 글", "code\n뒤에 글", ["code:code"]],
    ["```sh\nnpm i\n```를 실행하세요", "npm i\n를 실행하세요", ["code:npm i"]],
    ["```\na\n```.", "a\n.", ["code:a"]],
    ["```\na ``` 그리고 b", "a \n그리고 b", ["code:a "]],
    // Text before the opening fence.
    ["설명 ```\ncode\n```", "설명\ncode", ["code:code"]],
    ["이렇게:```ts\nconst a = 1\n```\n됐죠", "이렇게:\nconst a = 1\n됐죠", ["code:const a = 1"]],
    ["  ```\n  code\n  ```", "  code", ["code:  code"]],
    ["`x` 는 ```\ny\n```", "x 는\ny", ["code:x", "code:y"]],
    // Code directly behind the opening fence, which is no name of a language.
    ["```const a = 1\nconst b = 2\n```", "const a = 1\nconst b = 2", ["code:const a = 1\nconst b = 2"]],
    ["```안녕\n하세요\n```", "안녕\n하세요", ["code:안녕\n하세요"]],
    ["```{\n  a\n}```", "{\n  a\n}", ["code:{\n  a\n}"]],
    // Two blocks.
    ["```\na```\n사이\n```\nb\n```", "a\n사이\nb", ["code:a", "code:b"]],
    // Code that holds fences.
    ["```\nuse ```x``` here\n```", "use ```x``` here", ["code:use ```x``` here"]],
    ["````\n```\na\n```\n````", "```\na\n```", ["code:```\na\n```"]],
    ["```\n```js\na\n```", "```js\na", ["code:```js\na"]],
    ["~~~\nhm~~~\n~~~", "hm~~~", ["code:hm~~~"]],
  ] as const)("in %j", (text, shown, code) => {
    expect(shownText(text)).toBe(shown);
    expect(codeIn(text)).toEqual(code);
  });

  test.each([
    ["네~~~ 그래요\n좋아요\n~~~"],
    ["하하~~~\n그래\n~~~"],
    ["세 개는 ``` 이고\n네 개는 없다"],
    ["설명 \\```\ncode\n\\```"],
    ["```\n```"],
    ["``` 하나\n둘"],
  ])("is text in %j", (text) => {
    expect(codeIn(text)).toEqual([]);
  });

  test("holds no mention, but the text beside it does", () => {
    const members = new Map(["bob", "minji", "a"].map((handle) => [handle, handle]));
    expect(findMentions("@bob ```\n@a\n``` @minji", members, false).users).toEqual(["bob", "minji"]);
  });

  test("is gone in a preview, also of a long text", () => {
    expect(previewOf(`이거요 \`\`\`ts\n${"const a = 1\n".repeat(100)}\`\`\``)).toMatch(/^이거요 const a = 1 const/);
    expect(previewOf("```ts\nconst a = 1```")).toBe("const a = 1");
  });

  test("takes linear time to find", () => {
    const hostile = ["a ```b\n", "```js\n", "`".repeat(3), "``` x\n", "a```\n", "```a\n````b\n"];
    for (const piece of hostile) {
      // Processor time: other processes on a busy machine hardly lengthen it.
      const used = () => process.threadCpuUsage().user / 1_000;
      const time = (length: number) => {
        const text = piece.repeat(length / piece.length);
        const start = used();
        parse(text);
        return used() - start;
      };
      time(20_000);
      const short = Math.min(time(20_000), time(20_000), time(20_000));
      const long = Math.min(time(80_000), time(80_000), time(80_000));
      expect(long, piece).toBeLessThan(short * 12 + 20);
    }
  });
});
