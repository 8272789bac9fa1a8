import { describe, expect, test } from "vitest";
import { makePushKeys, makeSecret, secretNames } from "../../scripts/secrets";
import { publicKeyOf, readVapidKeys } from "../../src/runtime/vapid-keys";
import { fromBase64url, toBase64url } from "./browser";

const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const signing = { name: "ECDSA", hash: "SHA-256" };

describe("a generated pair of keys", () => {
  test("signs what its public key verifies, and is different each time", async () => {
    const made = Array.from({ length: 20 }, makePushKeys);
    expect(new Set(made).size).toBe(20);
    for (const secret of made) {
      const { publicKey, privateKey } = readVapidKeys(secret);
      expect(publicKeyOf(secret)).toBe(publicKey);
      const point = fromBase64url(publicKey);
      expect([point.byteLength, point[0], fromBase64url(privateKey).byteLength]).toEqual([65, 4, 32]);
      const [x, y] = [toBase64url(point.subarray(1, 33)), toBase64url(point.subarray(33))];
      const jwk = { kty: "EC", crv: "P-256", x, y, d: privateKey };
      const signs = await crypto.subtle.importKey("jwk", jwk, ECDSA, false, ["sign"]);
      const verifies = await crypto.subtle.importKey("raw", point, ECDSA, false, ["verify"]);
      const signature = await crypto.subtle.sign(signing, signs, point);
      expect(await crypto.subtle.verify(signing, verifies, signature, point)).toBe(true);
    }
  });

  test("is a valid VAPID_KEYS", () => {
    expect(secretNames).toContain("VAPID_KEYS");
    expect(() => readVapidKeys(makeSecret("VAPID_KEYS"))).not.toThrow();
    expect(makeSecret("TOKEN_SECRET")).toMatch(/^[\w-]{43}$/);
  });
});

describe("VAPID_KEYS", () => {
  const [publicKey = "", privateKey = ""] = makePushKeys().split(".");

  test.each([
    ["nothing", ""],
    ["one key", publicKey],
    ["no private key", `${publicKey}.`],
    ["no public key", `.${privateKey}`],
    ["three parts", `${publicKey}.${privateKey}.${privateKey}`],
    ["the other way round", `${privateKey}.${publicKey}`],
    ["a compressed point", `${"A".repeat(44)}.${privateKey}`],
    ["a point of another form", `C${publicKey.slice(1)}.${privateKey}`],
    ["plain base64", `${publicKey.slice(0, -1)}+.${privateKey}`],
    ["padding", `${publicKey}=.${privateKey}`],
    ["a private key that is cut", `${publicKey}.${privateKey.slice(1)}`],
  ])("that is %s is refused and not quoted", (_, secret) => {
    expect(() => readVapidKeys(secret)).toThrow(TypeError);
    expect(() => readVapidKeys(secret)).toThrow(/^VAPID_KEYS: /);
    expect(() => readVapidKeys(secret)).not.toThrow(privateKey);
  });

  test("may end with a newline", () => {
    expect(readVapidKeys(` ${publicKey}.${privateKey}\n`)).toEqual({ publicKey, privateKey });
  });
});
