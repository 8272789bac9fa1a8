// RFC 8291: the result matches the example of the RFC, and only the addressed browser can read it.
import { encryptNotification } from "@block65/webcrypto-web-push";
import { afterEach, expect, test, vi } from "vitest";
import { decrypt, fromBase64url, importPrivate, newBrowser, toBase64url } from "./browser";

/** Appendix A. */
const example = {
  plaintext: "When I grow up, I want to be a watermelon",
  asPublic: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
  asPrivate: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  uaPublic: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  uaPrivate: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  body:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y" +
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

afterEach(() => vi.restoreAllMocks());

const exampleBrowser = async () => {
  const publicKey = fromBase64url(example.uaPublic);
  const privateKey = await importPrivate(publicKey, example.uaPrivate);
  return { publicKey, privateKey, auth: fromBase64url(example.auth) };
};

test("the test browser decrypts the example of the RFC", async () => {
  const read = await decrypt(await exampleBrowser(), fromBase64url(example.body));
  expect(new TextDecoder().decode(read)).toBe(example.plaintext);
});

test("the library makes the example of the RFC from its salt and keys", async () => {
  const raw = fromBase64url(example.asPublic);
  const privateKey = await importPrivate(raw, example.asPrivate);
  const publicKey = await crypto.subtle.importKey("raw", raw, { name: "ECDH", namedCurve: "P-256" }, true, []);
  vi.spyOn(crypto.subtle, "generateKey").mockResolvedValue({ publicKey, privateKey });
  vi.spyOn(crypto, "getRandomValues").mockReturnValue(fromBase64url(example.salt));
  const keys = { p256dh: example.uaPublic, auth: example.auth };
  const subscription = { endpoint: "https://push.example.net/", expirationTime: null, keys };
  const body = await encryptNotification(subscription, new TextEncoder().encode(example.plaintext), { pad: false });
  expect(toBase64url(body)).toBe(example.body);
});

test("another browser, or a changed byte, decrypts nothing", async () => {
  const body = fromBase64url(example.body);
  await expect(decrypt(await newBrowser(), body)).rejects.toThrow();
  body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
  await expect(decrypt(await exampleBrowser(), body)).rejects.toThrow();
});
