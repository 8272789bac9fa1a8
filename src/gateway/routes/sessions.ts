import * as z from "zod";
import { type Account, findAccount, rehashPassword } from "../../directory/accounts";
import { isEnding } from "../../directory/roster";
import { endSessions, listSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import {
  credentials,
  handle as handleText,
  sessionId,
  sessionList,
  signedIn as signedInBody,
  tokenDelivery,
} from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { clearSessionCookie } from "../auth/cookie";
import { checkNothing, checkPassword, hashPassword, readCost } from "../auth/scrypt";
import { addressOf, type GatewayContext } from "../http/context";
import { cutList, listQuery, readPlace } from "../http/paging";
import { spend } from "../http/rate-limit";
import { answers, json, newRouter, nothing, route } from "../http/routing";
import { deliverPending } from "../operations/roster-delivery";
import { openSession } from "../operations/sign-in";

const signIn = route({
  method: "post",
  path: "/v1/sessions",
  summary: "Sign in",
  request: json(credentials.extend(tokenDelivery.shape)),
  responses: answers(signedInBody, "The account; `token` where `keep` was `token`."),
});

const list = route({
  method: "get",
  path: "/v1/sessions",
  summary: "My sessions, newest first",
  middleware: signedIn,
  request: { query: listQuery },
  responses: answers(sessionList, "A page of sessions."),
});

const end = route({
  method: "delete",
  path: "/v1/sessions/{id}",
  summary: "Sign out a session; its sockets are closed before this answers",
  middleware: signedIn,
  request: { params: z.object({ id: z.union([z.literal("current"), sessionId]) }) },
  responses: nothing("It is over."),
});

export const sessions = newRouter()
  .openapi(signIn, async (c) => {
    const { handle, password, keep } = c.req.valid("json");
    const account = await checkCredentials(c, handle, password);
    return c.json(await openSession(c, account, keep), 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const { user, session } = c.get("caller");
    const rows = await listSessions(c.get("db"), user, c.get("now"), limit + 1, readPlace(cursor));
    const { items, next } = cutList(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
    const shown = items.map(({ id, agent, createdAt, seenAt }) => ({
      id,
      agent,
      createdAt,
      seenAt,
      current: id === session,
    }));
    return c.json({ items: shown, next }, 200);
  })
  .openapi(end, async (c) => {
    const { user, session } = c.get("caller");
    const { id } = c.req.valid("param");
    const only = id === "current" ? session : id;
    const db = c.get("db");
    const ended = await endSessions(db, user, { only }, c.get("now"));
    // Ended by a request whose answer was lost: its repeat brings it to those who have not heard.
    if (ended.length === 0 && !(await isEnding(db, user, only))) throw new ChatError("not_found");
    if (only === session) clearSessionCookie(c);
    await deliverPending(c.env, db, user);
    return c.body(null, 204);
  });

/** The same answer, and the same time, whether the handle exists or not. */
async function checkCredentials(c: GatewayContext, typed: string, password: string): Promise<Account> {
  const db = c.get("db");
  const address = addressOf(c);
  const handle = handleText.safeParse(typed).data;
  // One after the other: a refused address writes no row for the handles it invents.
  await spend(c, "signInAddress", `sign-in ${address}`);
  await spend(c, "signIn", `sign-in ${address} ${handle ?? ""}`);
  const cost = readCost(c.env.SCRYPT_COST);
  const account = handle === undefined ? null : await findAccount(db, { handle });
  const { ok, stale } = account ? checkPassword(password, account.passwordHash, cost) : checkNothing(password, cost);
  if (!account || !ok) throw new ChatError("wrong_credentials");
  if (!stale) return account;
  const passwordHash = hashPassword(password, cost);
  await rehashPassword(db, account, passwordHash);
  return { ...account, passwordHash };
}
