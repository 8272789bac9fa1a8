// Signing in: the check of the credentials, and the session that a registration or a sign-in opens.
import { type Account, findAccount, rehashPassword } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { createSession, endSessions } from "../../directory/sessions";
import { suspensionReason } from "../../directory/suspensions";
import { ChatError } from "../../domain/error";
import {
  type Credentials,
  handle as handleSchema,
  isRefusedHandle,
  limits,
  type Me,
  type SignedIn,
} from "../../protocol";
import { newId } from "../../runtime/ids";
import { logError } from "../../runtime/logger";
import { readOpenTo } from "../../runtime/open-to";
import { isProofOf, newDeviceProof, readDeviceCookie, readDeviceProof, writeDeviceCookie } from "../auth/device-proof";
import { checkNothing, checkPassword, hashPassword, readCost } from "../auth/scrypt";
import { hashSessionToken, newSessionToken, writeSessionCookie } from "../auth/session-cookie";
import { type GatewayContext, secretsOf } from "../http/context";
import { chargeKnownDevice, chargeStranger, refundGuess } from "./guess-limits";
import { deliverOwnEndings } from "./own-delivery";

const AGENT_LENGTH = 200;

/**
 * Returns the account of a handle and its password. Throws `rate_limited`, and `wrong_credentials`
 * after the same time whether the handle exists or not.
 */
export async function checkCredentials(c: GatewayContext, given: Credentials): Promise<Account> {
  const db = c.get("db");
  const secrets = secretsOf(c.env);
  const handle = handleSchema.safeParse(given.handle).data;
  const proof = readDeviceProof(secrets, given.deviceProof ?? readDeviceCookie(c) ?? "", c.get("now"));
  if (proof) await chargeKnownDevice(c, proof);
  else await chargeStranger(c, handle);
  const cost = readCost(c.env.SCRYPT_COST);
  const account = handle === undefined ? null : await findAccount(db, { handle });
  const isKnown = proof !== null && account !== null && isProofOf(secrets, proof, account);
  // A proof for another account, or from before a password change, is worth nothing here.
  if (proof && !isKnown) await chargeStranger(c, handle);
  const { password } = given;
  const { ok, stale } = account ? checkPassword(password, account.passwordHash, cost) : checkNothing(password, cost);
  if (!account || !ok) throw new ChatError("wrong_credentials");
  if (!isKnown && handle !== undefined) await refundGuess(c, handle);
  if (!stale) return account;
  const passwordHash = hashPassword(password, cost);
  await rehashPassword(db, account, passwordHash);
  return { ...account, passwordHash };
}

/**
 * Opens a session and returns its token and the proof of the device, as cookies or in the body.
 * Ends the oldest sessions beyond the limit.
 */
export async function openSession(c: GatewayContext, account: Account, keep: "cookie" | "token"): Promise<SignedIn> {
  const db = c.get("db");
  const now = c.get("now");
  const token = newSessionToken();
  const id = newId("s", now);
  const session = {
    id,
    account: account.id,
    tokenHash: hashSessionToken(token),
    agent: (c.req.header("user-agent") ?? "").slice(0, AGENT_LENGTH).toWellFormed(),
    createdAt: now,
    seenAt: now,
    expiresAt: now + limits.sessionMs,
  };
  if (!(await createSession(db, session, account.passwordHash))) throw await refusalOf(db, account.id);
  await endExcessSessions(c, account.id);
  const me = meOf(c.env, account, id);
  const deviceProof = newDeviceProof(c.env.TOKEN_SECRET, account, now);
  if (keep === "token") return { me, token, deviceProof };
  writeSessionCookie(c, token);
  writeDeviceCookie(c, deviceProof);
  return { me };
}

/** Returns why no session was opened after the password was right. A suspension says its reason. */
async function refusalOf(db: Database, account: string): Promise<ChatError> {
  const reason = await suspensionReason(db, account);
  return reason === null ? new ChatError("wrong_credentials") : new ChatError("account_suspended", reason || undefined);
}

/** Ends the sessions beyond the limit. A failure does not fail the sign-in: the cron repeats it. */
async function endExcessSessions(c: GatewayContext, account: string): Promise<void> {
  const db = c.get("db");
  try {
    const ended = await endSessions(db, account, { beyond: limits.sessionsPerAccount }, c.get("now"));
    if (ended.length > 0) await deliverOwnEndings(c.env, db, account);
  } catch (error) {
    logError("sign-in.excess-sessions", error);
  }
}

/** Returns an account as its owner sees it. */
export const meOf = (
  env: Env,
  { id, handle, name, createdAt, receipts, presence, previews, quiet, openTo }: Account,
  session: string,
): Me => ({
  id,
  handle,
  name,
  session,
  createdAt,
  needsHandle: isRefusedHandle(handle),
  receipts,
  presence,
  openTo: openTo ?? readOpenTo(env.OPEN_TO),
  notifications: { previews, quiet },
});
