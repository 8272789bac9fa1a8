// What happens at the end of a registration and of a sign-in: a new session, given as a cookie or as a token.
import type { Account } from "../../directory/accounts";
import { createSession, endSessions, excessSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import { limits, type Me, type SignedIn } from "../../protocol";
import { newId } from "../../runtime/ids";
import { writeSessionCookie } from "../auth/cookie";
import { hashSessionToken, newSessionToken } from "../auth/session-token";
import type { GatewayContext } from "../http/context";
import { deliverPending } from "./roster-delivery";

const AGENT_LENGTH = 200;

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
  if (!(await createSession(db, session, account.passwordHash))) throw new ChatError("wrong_credentials");
  // A new sign-in is never refused for the number of old ones: the oldest go.
  for (const old of await excessSessions(db, account.id, limits.sessionsPerAccount)) {
    await endSessions(db, account.id, { only: old }, now);
    await deliverPending(c.env, db, account.id);
  }
  const me = meOf(account, id);
  if (keep === "token") return { me, token };
  writeSessionCookie(c, token);
  return { me };
}

export const meOf = (
  { id, handle, name, createdAt, receipts, presence, previews, quiet }: Account,
  session: string,
): Me => ({
  id,
  handle,
  name,
  session,
  createdAt,
  receipts,
  presence,
  notifications: { previews, quiet },
});
