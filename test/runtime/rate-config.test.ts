import { describe, expect, test } from "vitest";
import { rates } from "../../src/protocol";
import { readRates } from "../../src/runtime/rate-config";

describe("the operator's rates", () => {
  test.each([undefined, "", "{}"])("%j changes no rate", (variable) => {
    expect(readRates(variable)).toEqual(rates);
  });

  test("change only the named rates", () => {
    const changed = readRates('{"send":{"burst":7,"everyMs":0.5}}');
    expect(changed).toEqual({ ...rates, send: { burst: 7, everyMs: 0.5 } });
  });

  test.each([
    "{",
    "[]",
    '{"sends":{"burst":1,"everyMs":1}}',
    '{"send":{"burst":0,"everyMs":1}}',
    '{"send":{"burst":1}}',
    '{"send":{"burst":1,"everyMs":0}}',
  ])("cannot be %s", (variable) => {
    expect(() => readRates(variable)).toThrow();
  });
});
