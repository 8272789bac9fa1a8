import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { excerptOf } from "../../src/web/markdown/excerpt";

// The module of the preferences listens to other tabs.
vi.stubGlobal("addEventListener", () => {});
const { Prose } = await import("../../src/web/markdown/prose");

const render = (text: string, isCut = false) => renderToStaticMarkup(createElement(Prose, { text, isCut }));

test("the excerpt of long code is code, although the end of the code is cut off", () => {
  const code = `\`\`\`ts\n${"const a = 1;\n".repeat(60)}\`\`\``;
  const excerpt = excerptOf(code) ?? "";
  expect(excerpt).not.toContain("\n```");
  expect(render(excerpt, true)).toMatch(/<pre dir="ltr"><code>const a = 1;/);
  expect(render(excerpt, true)).not.toContain("```");
});

test("a label that changes the text direction does not turn the host beside it", () => {
  expect(render("[\u202emoc.knab](https://evil.test)")).toContain(
    "<bdi>\u202emoc.knab</bdi><bdi> (evil.test)</bdi></a>",
  );
});
