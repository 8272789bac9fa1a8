// The proof of a known device: a signed statement that a device has signed in to an account before.
// It is no session and gives no access. It only lets the device sign in at a rate of its own, so
// that strangers who guess passwords cannot lock the owner out. A page keeps it in a cookie, which
// stays after a sign-out; other clients keep it themselves.
import { createHmac, randomBytes } from "node:crypto";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as z from "zod";
import type { Account } from "../../directory/accounts";
import { limits, time, userId } from "../../protocol";
import { isEqualInConstantTime } from "../../runtime/signed-text";
import type { GatewayContext } from "../http/context";
import { cookieAttributes, isSecure } from "./session-cookie";

const PREFIX = "pd1";
const RANDOM_BYTES = 12;

/** What a valid proof states. `device` identifies the proof. */
export interface DeviceProof {
  account: string;
  device: string;
  /** Identifies the password at the time of the sign-in. */
  passwordTag: string;
}

const statement = z.tuple([
  z.literal(PREFIX),
  userId,
  z.string().min(1),
  z.coerce.number().pipe(time),
  z.string().min(1),
]);

/** Returns a new proof, `pd1.account.device.issuedAt.passwordTag.signature`. */
export function newDeviceProof(secret: string, account: Account, now: number): string {
  const device = randomBytes(RANDOM_BYTES).toString("base64url");
  const text = [PREFIX, account.id, device, now, passwordTagOf(secret, account)].join(".");
  return `${text}.${sign(secret, text)}`;
}

/**
 * Returns what a proof states; null for a proof that is forged, damaged or older than
 * `limits.knownDeviceMs`. `secrets` are the current secret and, during a rotation, the one before.
 */
export function readDeviceProof(secrets: readonly string[], proof: string, now: number): DeviceProof | null {
  if (proof.length > limits.deviceProofCharacters) return null;
  const end = proof.lastIndexOf(".");
  const text = proof.slice(0, Math.max(0, end));
  if (!secrets.some((secret) => isSame(proof.slice(end + 1), sign(secret, text)))) return null;
  const parsed = statement.safeParse(text.split("."));
  if (!parsed.success) return null;
  const [, account, device, issuedAt, passwordTag] = parsed.data;
  return now - issuedAt > limits.knownDeviceMs ? null : { account, device, passwordTag };
}

/** Returns whether a proof is for this account and its present password. */
export const isProofOf = (secrets: readonly string[], proof: DeviceProof, account: Account): boolean =>
  proof.account === account.id && secrets.some((secret) => isSame(proof.passwordTag, passwordTagOf(secret, account)));

const cookieName = (c: GatewayContext): string => (isSecure(c) ? "__Host-parley-device" : "parley-device");

export const readDeviceCookie = (c: GatewayContext): string | undefined => getCookie(c, cookieName(c));

export const writeDeviceCookie = (c: GatewayContext, proof: string): void =>
  setCookie(c, cookieName(c), proof, { ...cookieAttributes(c), maxAge: limits.knownDeviceMs / 1000 });

export const clearDeviceCookie = (c: GatewayContext): void => {
  deleteCookie(c, cookieName(c), cookieAttributes(c));
};

/** The words keep these signatures apart from everything else that the secret signs. */
const sign = (secret: string, text: string): string =>
  createHmac("sha256", secret).update(`parley device proof\n${text}`).digest("base64url");

const passwordTagOf = (secret: string, { passwordHash }: Account): string =>
  createHmac("sha256", secret).update(`parley password tag\n${passwordHash}`).digest("base64url").slice(0, 22);

const isSame = (given: string, expected: string): boolean =>
  isEqualInConstantTime(Buffer.from(given), Buffer.from(expected));
