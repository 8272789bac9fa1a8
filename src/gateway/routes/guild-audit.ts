// The audit log of a guild.
import { auditKind, auditLog, userId } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, guildParams, newRouter, route } from "../http/router";
import { auditOf } from "../operations/guild-audit";
import { guildRequest } from "../operations/guild-decision";

const list = route({
  method: "get",
  path: "/v1/guilds/{guild}/audit-log",
  operationId: "listAuditLog",
  summary: "List who changed what in a guild, the newest first",
  middleware: signedIn,
  request: {
    params: guildParams,
    query: listQuery.extend({ actor: userId.optional(), kind: auditKind.optional() }),
  },
  responses: answers(auditLog, "A page of entries."),
});

export const guildAudit = newRouter().openapi(list, async (c) => {
  const { cursor, limit, actor, kind } = c.req.valid("query");
  const request = guildRequest(c, c.req.valid("param").guild);
  const before = readPosition(c, cursor)?.at;
  const entries = await auditOf(c.get("db"), request, { actor, kind, before }, limit + 1);
  return c.json(
    pageOf(c, entries, limit, ({ revision }) => ({ at: revision, id: "" })),
    200,
  );
});
