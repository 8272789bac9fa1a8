// SPEC.md and the tests that cite it.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { closeCodes, SUBPROTOCOL, serverFrame } from "../../src/protocol";

const tests = path.join(import.meta.dirname, "..");
const spec = readFileSync(path.join(tests, "../src/protocol/SPEC.md"), "utf8");
const rules = [...spec.matchAll(/^- \[S(\d+)\]/gm)].map((match) => Number(match[1]));

test("the rules are numbered without gaps", () => {
  expect(rules.length).toBeGreaterThan(0);
  expect(rules).toEqual(rules.map((_, i) => i + 1));
});

test("every rule that a test cites exists", () => {
  const files = readdirSync(tests, { recursive: true, encoding: "utf8" }).filter((file) => /\.ts$/.test(file));
  const strays = files.flatMap((file) =>
    [...readFileSync(path.join(tests, file), "utf8").matchAll(/\[S(\d+)\]/g)]
      .filter((match) => !rules.includes(Number(match[1])))
      .map((match) => `${file}: ${match[0]}`),
  );
  expect(strays).toEqual([]);
});

test("the specification names every frame, close code and subprotocol", () => {
  for (const { shape } of serverFrame.options) expect(spec).toMatch(new RegExp(`\`${shape.type.value}[\` ]`));
  for (const code of Object.values(closeCodes)) expect(spec).toContain(String(code));
  expect(spec).toContain(`\`${SUBPROTOCOL}\``);
});
