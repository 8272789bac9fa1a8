// What the operator does about reports and accounts, and the log of it.
import * as z from "zod";
import { listReports, OF_OPERATOR, resolveForOperator } from "../../directory/reports";
import { liftSuspension, listActions, listSuspensions, suspend } from "../../directory/suspensions";
import { ChatError } from "../../domain/error";
import {
  operatorLog,
  reportId,
  reportList,
  resolveReport,
  suspendAccount,
  suspensionList,
  userId,
} from "../../protocol";
import { operatorOnly } from "../auth/operator";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, json, newRouter, noContent, route } from "../http/router";
import { deliverOwnEndings } from "../operations/own-delivery";
import { reportQuery } from "./reports";

const middleware = operatorOnly;
const account = "/v1/operator/suspensions/{user}";

const reports = route({
  method: "get",
  path: "/v1/operator/reports",
  operationId: "listOperatorReports",
  summary: "List the reports outside of guilds, the newest first",
  middleware,
  request: { query: reportQuery },
  responses: answers(reportList, "A page of reports."),
});
const resolve = route({
  method: "put",
  path: "/v1/operator/reports/{report}",
  operationId: "resolveOperatorReport",
  summary: "Resolve a report; a repeat replaces the outcome",
  middleware,
  request: { params: z.object({ report: reportId }), ...json(resolveReport) },
  responses: noContent("The report is resolved."),
});
const list = route({
  method: "get",
  path: "/v1/operator/suspensions",
  operationId: "listSuspensions",
  summary: "List the suspended accounts, the newest first",
  middleware,
  request: { query: listQuery },
  responses: answers(suspensionList, "A page of suspensions."),
});
const put = route({
  method: "put",
  path: account,
  operationId: "suspendAccount",
  summary: "Suspend an account and end all of its sessions; a repeat replaces the reason",
  middleware,
  request: { params: z.object({ user: userId }), ...json(suspendAccount) },
  responses: noContent("Nobody signs in to the account. What has not closed its sockets yet is repeated."),
});
const lift = route({
  method: "delete",
  path: account,
  operationId: "liftSuspension",
  summary: "Lift the suspension of an account",
  middleware,
  request: { params: z.object({ user: userId }) },
  responses: noContent("The account is not suspended."),
});
const log = route({
  method: "get",
  path: "/v1/operator/log",
  operationId: "listOperatorActions",
  summary: "List what the operator has done, the newest first",
  middleware,
  request: { query: listQuery },
  responses: answers(operatorLog, "A page of entries."),
});

export const operatorSafety = newRouter()
  .openapi(reports, async (c) => {
    const { cursor, limit, state } = c.req.valid("query");
    const before = readPosition(c, cursor);
    const filter = { guild: OF_OPERATOR, isResolved: state === "resolved", channels: null, before };
    const rows = await listReports(c.get("db"), filter, limit + 1);
    return c.json(
      pageOf(c, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id })),
      200,
    );
  })
  .openapi(resolve, async (c) => {
    const { outcome } = c.req.valid("json");
    const resolution = { id: c.req.valid("param").report, outcome, now: c.get("now") };
    if (!(await resolveForOperator(c.get("db"), resolution))) throw new ChatError("not_found");
    return c.body(null, 204);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const rows = await listSuspensions(c.get("db"), limit + 1, readPosition(c, cursor));
    return c.json(
      pageOf(c, rows, limit, ({ at, user }) => ({ at, id: user.id })),
      200,
    );
  })
  .openapi(put, async (c) => {
    const { user } = c.req.valid("param");
    const db = c.get("db");
    if (!(await suspend(db, user, c.req.valid("json").reason, c.get("now")))) throw new ChatError("not_found");
    await deliverOwnEndings(c.env, db, user);
    return c.body(null, 204);
  })
  .openapi(lift, async (c) => {
    if (!(await liftSuspension(c.get("db"), c.req.valid("param").user, c.get("now")))) throw new ChatError("not_found");
    return c.body(null, 204);
  })
  .openapi(log, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const rows = await listActions(c.get("db"), limit + 1, readPosition(c, cursor)?.at);
    return c.json(
      pageOf(c, rows, limit, ({ id }) => ({ at: id, id: "" })),
      200,
    );
  });
