// Sets of permissions as words, and the rules that a list refuses.
import { describe, expect, test } from "vitest";
import { EffectivePermissions, PermissionList, type PermissionListRules } from "../../src/domain/permission-list";

const names = (count: number) => Array.from({ length: count }, (_, at) => `p${at}`);
const listOf = (count: number, rules: Partial<PermissionListRules<string>> = {}) =>
  new PermissionList<string>({
    names: names(count),
    access: "p0",
    administrator: null,
    dependents: {},
    keptInTimeOut: [],
    ...rules,
  });

describe("the words of a set", () => {
  const list = listOf(62);

  test("are two of 31 bits, and never negative", () => {
    expect(list.all).toEqual({ low: 2 ** 31 - 1, high: 2 ** 31 - 1 });
    expect(list.wordsOf(["p0", "p30"])).toEqual({ low: 2 ** 30 + 1, high: 0 });
    expect(list.wordsOf(["p31", "p61"])).toEqual({ low: 0, high: 2 ** 30 + 1 });
  });

  test.each(names(62))("has %s alone", (name) => {
    const effective = new EffectivePermissions(list, list.wordsOf([name]));
    expect(list.names.filter((other) => effective.has(other))).toEqual([name]);
    expect(effective.names()).toEqual([name]);
  });

  test("has no permission of another list, also if an object has a field of this name", () => {
    const effective = new EffectivePermissions(list, list.all);
    for (const name of ["p62", "constructor", "toString", "__proto__", ""]) expect(effective.has(name)).toBe(false);
  });
});

describe("a list", () => {
  test("of more than 62 permissions is refused", () => {
    expect(() => listOf(63)).toThrow(RangeError);
  });

  test("with a name twice is refused", () => {
    expect(() => listOf(2, { names: ["p0", "p0"] })).toThrow(RangeError);
  });

  test.each<[string, Partial<PermissionListRules<string>>]>([
    ["access", { access: "other" }],
    ["administrator", { administrator: "other" }],
    ["dependents", { dependents: { p1: ["other"] } }],
    ["keptInTimeOut", { keptInTimeOut: ["p0", "other"] }],
  ])("that names an unknown permission in %s is refused", (_rule, rules) => {
    expect(() => listOf(5, rules)).toThrow(RangeError);
  });

  test("that keeps in a time-out what depends on something lost is refused", () => {
    const dependents = { p1: ["p2"] };
    expect(() => listOf(5, { dependents, keptInTimeOut: ["p0", "p2"] })).toThrow(RangeError);
    expect(() => listOf(5, { keptInTimeOut: ["p3"] })).toThrow(RangeError);
    expect(() => listOf(5, { dependents, keptInTimeOut: ["p0", "p1", "p2"] })).not.toThrow();
  });
});
