// Sessions: signing in, listing them, and ending them.
import * as z from "zod";
import { remainingEndings } from "../../directory/ended-sessions";
import { endSessions, listSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import {
  credentials,
  endingSession,
  sessionId,
  sessionList,
  signedIn as signedInBody,
  tokenDelivery,
} from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { clearSessionCookie } from "../auth/session-cookie";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, json, newRouter, noContent, route } from "../http/router";
import { deliverOwnEndings } from "../operations/own-delivery";
import { checkCredentials, openSession } from "../operations/sign-in";

const signIn = route({
  method: "post",
  path: "/v1/sessions",
  operationId: "signIn",
  summary: "Sign in",
  request: json(credentials.extend(tokenDelivery.shape)),
  responses: answers(signedInBody, "The account, and the session token if `keep` is `token`."),
});

const list = route({
  method: "get",
  path: "/v1/sessions",
  operationId: "listSessions",
  summary: "List your sessions, newest first",
  middleware: signedIn,
  request: { query: listQuery },
  responses: answers(sessionList, "A page of sessions."),
});

const end = route({
  method: "delete",
  path: "/v1/sessions/{id}",
  operationId: "endSession",
  summary: "End a session; the answer says on how many objects its sockets are not closed yet",
  middleware: signedIn,
  request: { params: z.object({ id: z.union([z.literal("current"), sessionId]) }) },
  responses: {
    ...noContent("The session has ended everywhere."),
    202: {
      description: "The session has ended. `pending` objects have not closed its sockets yet.",
      content: { "application/json": { schema: endingSession } },
    },
  },
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
    const rows = await listSessions(c.get("db"), user, c.get("now"), limit + 1, readPosition(c, cursor));
    const { items, next } = pageOf(c, rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
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
    const isRepeat = ended.length === 0 && (await remainingEndings(db, user)).pending > 0;
    if (ended.length === 0 && !isRepeat) throw new ChatError("not_found");
    if (only === session) clearSessionCookie(c);
    const { pending } = await deliverOwnEndings(c.env, db, user);
    return pending === undefined ? c.body(null, 204) : c.json({ pending }, 202);
  });
