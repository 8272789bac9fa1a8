// Sessions: signing in, listing them, and ending them.
import * as z from "zod";
import { isEnding } from "../../directory/roster-outbox";
import { endSessions, listSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import { credentials, sessionId, sessionList, signedIn as signedInBody, tokenDelivery } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { clearSessionCookie } from "../auth/session-cookie";
import { listQuery, pageOf, readCursor } from "../http/list-page";
import { answers, json, newRouter, noContent, route } from "../http/router";
import { deliverPending } from "../operations/roster-delivery";
import { checkCredentials, openSession } from "../operations/sign-in";

const signIn = route({
  method: "post",
  path: "/v1/sessions",
  summary: "Sign in",
  request: json(credentials.extend(tokenDelivery.shape)),
  responses: answers(signedInBody, "The account, and the session token if `keep` is `token`."),
});

const list = route({
  method: "get",
  path: "/v1/sessions",
  summary: "List your sessions, newest first",
  middleware: signedIn,
  request: { query: listQuery },
  responses: answers(sessionList, "A page of sessions."),
});

const end = route({
  method: "delete",
  path: "/v1/sessions/{id}",
  summary: "End a session; the answer comes after its sockets are closed",
  middleware: signedIn,
  request: { params: z.object({ id: z.union([z.literal("current"), sessionId]) }) },
  responses: noContent("The session has ended."),
});

export const sessions = newRouter()
  .openapi(signIn, async (c) => {
    const { keep, ...credentials } = c.req.valid("json");
    const account = await checkCredentials(c, credentials);
    return c.json(await openSession(c, account, keep), 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const { user, session } = c.get("caller");
    const rows = await listSessions(c.get("db"), user, c.get("now"), limit + 1, readCursor(cursor));
    const { items, next } = pageOf(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
    const visible = items.map(({ id, agent, createdAt, seenAt }) => ({
      id,
      agent,
      createdAt,
      seenAt,
      current: id === session,
    }));
    return c.json({ items: visible, next }, 200);
  })
  .openapi(end, async (c) => {
    const { user, session } = c.get("caller");
    const { id } = c.req.valid("param");
    const only = id === "current" ? session : id;
    const db = c.get("db");
    const ended = await endSessions(db, user, { only }, c.get("now"));
    // The repeat of a request whose answer was lost delivers to the objects that have not
    // confirmed.
    if (ended.length === 0 && !(await isEnding(db, user, only))) throw new ChatError("not_found");
    if (only === session) clearSessionCookie(c);
    await deliverPending(c.env, db, user);
    return c.body(null, 204);
  });
