// A browser as a push service sees it, with keys of its own. It decrypts by RFC 8291 and RFC 8188
// without any code of the sender.
import type { DeviceSubscription } from "../../src/domain/notification-ports";

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
export const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

export interface Browser {
  publicKey: Uint8Array<ArrayBuffer>;
  privateKey: CryptoKey;
  auth: Uint8Array<ArrayBuffer>;
}

const P256 = { name: "ECDH", namedCurve: "P-256" };

export async function newBrowser(): Promise<Browser> {
  const pair = (await crypto.subtle.generateKey(P256, true, ["deriveBits"])) as CryptoKeyPair;
  const publicKey = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  return { publicKey, privateKey: pair.privateKey, auth: crypto.getRandomValues(new Uint8Array(16)) };
}

export async function importPrivate(publicKey: Uint8Array, d: string): Promise<CryptoKey> {
  const [x, y] = [toBase64url(publicKey.subarray(1, 33)), toBase64url(publicKey.subarray(33))];
  return crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y, d }, P256, true, ["deriveBits"]);
}

export const subscriptionOf = (
  browser: Browser,
  endpoint = "https://fcm.googleapis.com/fcm/send/abc",
  origin = "https://chat.example.org",
): DeviceSubscription & { kind: "web" } => ({
  kind: "web",
  endpoint,
  keys: { p256dh: toBase64url(browser.publicKey), auth: toBase64url(browser.auth) },
  id: "d_2",
  user: "u_bob",
  retryAt: 0,
  origin,
});

async function derive(
  secret: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, bytes * 8));
}

const ascii = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));

/**
 * Returns the plaintext of one record of aes128gcm. Throws if the record is for another browser, or
 * was changed.
 */
export async function decrypt(browser: Browser, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const salt = body.slice(0, 16);
  const recordBytes = new DataView(body.buffer, body.byteOffset).getUint32(16);
  const keyBytes = body[20] ?? 0;
  const sender = body.slice(21, 21 + keyBytes);
  const record = body.slice(21 + keyBytes);
  if (record.byteLength > recordBytes) throw new Error("more than one record");
  const publicKey = await crypto.subtle.importKey("raw", sender, P256, false, []);
  // Cloudflare's types call it $public; the runtime expects the standard name.
  const agreement = { name: "ECDH", public: publicKey } as unknown as SubtleCryptoDeriveKeyAlgorithm;
  const shared = new Uint8Array(await crypto.subtle.deriveBits(agreement, browser.privateKey, 256));
  const info = new Uint8Array([...ascii("WebPush: info\0"), ...browser.publicKey, ...sender]);
  const input = await derive(shared, browser.auth, info, 32);
  const contentKey = await derive(input, salt, ascii("Content-Encoding: aes128gcm\0"), 16);
  const nonce = await derive(input, salt, ascii("Content-Encoding: nonce\0"), 12);
  const aes = await crypto.subtle.importKey("raw", contentKey, "AES-GCM", false, ["decrypt"]);
  const padded = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, aes, record));
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error("not the last record");
  return padded.subarray(0, end);
}
