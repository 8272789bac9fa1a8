// The server sends requests to other servers in one place only: `runtime/guarded-fetch.ts`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { partsOf } from "./support/source";

const root = path.join(import.meta.dirname, "../src");
/** The SDK and the page run on a device: their requests are not the server's. */
const ofDevices = ["sdk", "web"];

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.ts$/.test(file) && !file.endsWith(".d.ts") && !ofDevices.includes(file.split("/")[0] ?? ""),
);

/**
 * What reaches another server: the global `fetch`, sockets, and clients of other protocols. A
 * method of an object, such as `stub.fetch()` or `override fetch()`, is none of them.
 */
const outbound = [
  /(?<![.\w])fetch\(/,
  /\b(?:globalThis|self)\s*(?:\.\s*fetch|\[)/,
  /(?<![.\w])fetch(?!\w*[(:?}])\s*[,;)]/,
  /\bnew (?:WebSocket|EventSource|XMLHttpRequest|Request)\(/,
  /cloudflare:sockets|node:(?:http|https|net|tls|dgram|dns)"/,
];

/** The lines that may do so, and why. */
const permitted: Record<string, RegExp> = {
  // The one place.
  "runtime/guarded-fetch.ts": /limits\.fetch \?\? \(\(input, init\) => fetch\(input, init\)\);/,
  // The handlers by which an object receives requests.
  "channel/object.ts": /override fetch\(request: Request\)/,
  "guild/object.ts": /override fetch\(request: Request\)/,
  "user/object.ts": /override fetch\(request: Request\)/,
};

interface FoundLine {
  file: string;
  line: string;
}

function outboundLines(file: string, source: string): FoundLine[] {
  const { code } = partsOf(source);
  const shown = source.split("\n");
  return code.split("\n").flatMap((line, at) => {
    const isImport = /^import .* from/.test(shown[at] ?? "");
    const searched = isImport ? (shown[at] ?? "") : line;
    return outbound.some((pattern) => pattern.test(searched)) ? [{ file, line: (shown[at] ?? "").trim() }] : [];
  });
}

test("only the guarded fetch sends requests to other servers", () => {
  const found = files.flatMap((file) => outboundLines(file, readFileSync(path.join(root, file), "utf8")));
  const strays = found.filter(({ file, line }) => !permitted[file]?.test(line));
  expect(strays).toEqual([]);
  expect([...new Set(found.map(({ file }) => file))].sort()).toEqual(Object.keys(permitted).sort());
});

test("the search finds every form", () => {
  const forms = [
    "const answer = await fetch(url);",
    "return globalThis.fetch(url);",
    'globalThis["fetch"](url);',
    "const send = [fetch, other];",
    "retry(fetch);",
    'new WebSocket("wss://example.org");',
    'import { connect } from "cloudflare:sockets";',
    'import { request } from "node:https";',
  ];
  for (const form of forms) expect(outboundLines("x.ts", form), form).toHaveLength(1);
  for (const form of ["stub.fetch(request);", "// fetch(url)", 'const text = "fetch(url)";'])
    expect(outboundLines("x.ts", form), form).toEqual([]);
});
