// The digest of search tokens equals that of node:crypto, so that earlier tokens stay findable.

import { createHmac, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { KeyedDigest } from "../../src/directory/archive/keyed-digest";
import { runs } from "../support/runs";

const headOf = (key: Uint8Array, text: string): number =>
  createHmac("sha256", key).update(text).digest().readUIntBE(0, 6);

test("equals a known digest: RFC 4231, test case 2", () => {
  const digest = new KeyedDigest(new TextEncoder().encode("Jefe"));
  expect(digest.headOf("what do ya want for nothing?")).toBe(0x5bdcc146bf60);
});

test("equals HMAC-SHA-256 for every length around the block, and for every key", () => {
  for (const bytes of [0, 1, 31, 32, 63, 64]) {
    const key = new Uint8Array(randomBytes(bytes));
    const digest = new KeyedDigest(key);
    for (let length = 0; length < 140; length++) {
      for (const letter of ["x", "é", "회", "👍", "\ud800"]) {
        const text = letter.repeat(length);
        expect(digest.headOf(text), `${bytes} ${letter} ${length}`).toBe(headOf(key, text));
      }
    }
  }
});

test("equals HMAC-SHA-256 for any text", () => {
  const key = new Uint8Array(randomBytes(32));
  const digest = new KeyedDigest(key);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
      expect(digest.headOf(text)).toBe(headOf(key, text));
    }),
    { numRuns: runs(2_000, 100_000) },
  );
});
