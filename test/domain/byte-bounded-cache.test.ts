import { describe, expect, test } from "vitest";
import { ByteBoundedCache } from "../../src/domain/byte-bounded-cache";

const ENTRY = 128;

describe("a cache that is bounded by bytes", () => {
  test("drops the oldest entries, by their size", () => {
    const cache = new ByteBoundedCache<string>(10 * ENTRY, 100, (value) => value.length);
    for (let i = 0; i < 100; i++) cache.set(`key ${i}`, "value");
    expect(cache.bytes).toBeLessThanOrEqual(10 * ENTRY);
    expect(cache.get("key 99")).toBe("value");
    expect(cache.get("key 0")).toBeUndefined();
    cache.set("large", "x".repeat(9 * ENTRY - 20));
    expect(cache.get("large")).toBeDefined();
    expect(cache.get("key 99")).toBeUndefined();
  });

  test("keeps what is read, however much else is set", () => {
    const cache = new ByteBoundedCache<string>(10 * ENTRY, 100, (value) => value.length);
    cache.set("read", "value");
    for (let i = 0; i < 100; i++) {
      cache.set(`key ${i}`, "value");
      expect(cache.get("read"), String(i)).toBe("value");
      expect(cache.bytes).toBeLessThanOrEqual(10 * ENTRY);
    }
  });

  test("keeps no long key, and no value that is larger than the whole", () => {
    const cache = new ByteBoundedCache<string>(10 * ENTRY, 8, (value) => value.length);
    expect(cache.set("nine char", "value")).toBe("value");
    expect(cache.get("nine char")).toBeUndefined();
    cache.set("short", "x".repeat(20 * ENTRY));
    expect(cache.bytes).toBe(0);
  });

  test("counts a replaced and a deleted entry once", () => {
    const cache = new ByteBoundedCache<string>(10 * ENTRY, 8, (value) => value.length);
    for (const value of ["one", "two", "threes"]) cache.set("key", value);
    expect(cache.bytes).toBe(ENTRY + 2 * 3 + 6);
    cache.delete("key");
    cache.delete("key");
    expect(cache.bytes).toBe(0);
  });
});
