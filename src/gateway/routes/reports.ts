// Reports: filing them, and those of a guild for its moderators.
import * as z from "zod";
import { postReport, reportId, reportList, reportReceipt, resolveReport } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, guildParams, json, newRouter, noContent, route } from "../http/router";
import { guildRequest } from "../operations/guild-decision";
import { file, reportsOf, resolveIn } from "../operations/reports";

const middleware = signedIn;
/** Which reports a list has. */
export const reportQuery = listQuery.extend({ state: z.enum(["open", "resolved"]).default("open") });

const post = route({
  method: "post",
  path: "/v1/reports",
  operationId: "postReport",
  summary: "Report a message or a person, in a guild to its moderators, elsewhere to the operator",
  middleware,
  request: json(postReport),
  responses: answers(reportReceipt, "The report, or the open one that you had made before."),
});
const list = route({
  method: "get",
  path: "/v1/guilds/{guild}/reports",
  operationId: "listReports",
  summary: "List the reports of a guild, the newest first",
  middleware,
  request: { params: guildParams, query: reportQuery },
  responses: answers(reportList, "A page of reports."),
});
const resolve = route({
  method: "put",
  path: "/v1/guilds/{guild}/reports/{report}",
  operationId: "resolveReport",
  summary: "Resolve a report of a guild; a repeat replaces the outcome",
  middleware,
  request: { params: guildParams.extend({ report: reportId }), ...json(resolveReport) },
  responses: noContent("The report is resolved."),
});

export const reports = newRouter()
  .openapi(post, async (c) => c.json(await file(c, c.req.valid("json")), 200))
  .openapi(list, async (c) => {
    const { cursor, limit, state } = c.req.valid("query");
    const request = guildRequest(c, c.req.valid("param").guild);
    const page = { isResolved: state === "resolved", before: readPosition(c, cursor) };
    const rows = await reportsOf(c.get("db"), request, page, limit + 1);
    return c.json(
      pageOf(c, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id })),
      200,
    );
  })
  .openapi(resolve, async (c) => {
    const { guild, report } = c.req.valid("param");
    await resolveIn(c.get("db"), guildRequest(c, guild), report, c.req.valid("json").outcome);
    return c.body(null, 204);
  });
