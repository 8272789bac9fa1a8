// The HTTP application: middleware, then the routers. A handler gets parsed input and, if its route
// requires one, an authenticated caller.
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { ChatError } from "../domain/error";
import { isNestedTooDeeply, limits, NESTED_TOO_DEEPLY, PENDING_HEADER } from "../protocol";
import { methodsOf } from "./access";
import { allowedOrigins, checkOrigin } from "./auth/origin";
import { addDocs } from "./docs";
import { setAnswerHeaders } from "./http/answer-headers";
import { type Gateway, prepareContext } from "./http/context";
import { answerProblem, problemResponse } from "./http/problem";
import { chargeAddress } from "./http/rate-limit";
import { newRouter } from "./http/router";
import { accounts } from "./routes/accounts";
import { annotations } from "./routes/annotations";
import { blocks } from "./routes/blocks";
import { calls } from "./routes/calls";
import { channels } from "./routes/channels";
import { files } from "./routes/files";
import { gateway } from "./routes/gateway";
import { guildAudit } from "./routes/guild-audit";
import { guildBans } from "./routes/guild-bans";
import { guildChannels } from "./routes/guild-channels";
import { guildMembers } from "./routes/guild-members";
import { guildOverrides } from "./routes/guild-overrides";
import { guildPurges } from "./routes/guild-purges";
import { guildRoles } from "./routes/guild-roles";
import { guildTimeOuts } from "./routes/guild-time-outs";
import { guilds } from "./routes/guilds";
import { invites } from "./routes/invites";
import { me } from "./routes/me";
import { members } from "./routes/members";
import { messages } from "./routes/messages";
import { operator } from "./routes/operator";
import { operatorSafety } from "./routes/operator-safety";
import { polls } from "./routes/polls";
import { pushSubscriptions } from "./routes/push-subscriptions";
import { readMarks } from "./routes/read-marks";
import { reports } from "./routes/reports";
import { requests } from "./routes/requests";
import { search } from "./routes/search";
import { sessions } from "./routes/sessions";
import { settings } from "./routes/settings";
import { isUpgrade, sockets, upgrades } from "./routes/sockets";
import { uploadBodies, uploads } from "./routes/uploads";
import { users } from "./routes/users";

const prepare = createMiddleware<Gateway>(async (c, next) => {
  prepareContext(c);
  await next();
  if (c.res.status === 101) return;
  setAnswerHeaders(c);
});

/**
 * Charges every request to its address, before a session is looked up: a flood of invalid tokens
 * reads no database.
 */
const limitAddress = createMiddleware<Gateway>(async (c, next) => {
  await chargeAddress(c);
  await next();
});

/** Refuses bodies that are not JSON. A form on a foreign page cannot send `application/json`. */
const requireJson = createMiddleware<Gateway>(async (c, next) => {
  const hasBody = c.req.raw.body !== null && c.req.header("content-length") !== "0";
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (hasBody && type !== "application/json") throw new ChatError("unsupported_content_type");
  await next();
});

const limitBody = bodyLimit({
  maxSize: limits.frameBytes,
  onError: () => {
    throw new ChatError("frame_too_large");
  },
});

/** Refuses a body that is nested too deeply for the code that walks it. */
const limitNesting = createMiddleware<Gateway>(async (c, next) => {
  if (c.req.raw.body !== null && isNestedTooDeeply(await c.req.text()))
    throw new ChatError("invalid", `the body ${NESTED_TOO_DEEPLY}`);
  await next();
});

export const app = newRouter();
app.use(prepare, checkOrigin);
// Upgrades skip the remaining middleware. They have no body, and pages cannot read their headers.
app.route("/", sockets);
app.use(
  cors({
    origin: (origin, c) => (allowedOrigins(c.env.ALLOWED_ORIGINS).includes(origin) ? origin : null),
    allowHeaders: ["authorization", "content-type", "idempotency-key", "if-none-match", "range"],
    exposeHeaders: ["content-range", "etag", "retry-after", "x-request-id", PENDING_HEADER],
    maxAge: 600,
  }),
);
app.use(limitAddress);
// Parts of files are no JSON, may be larger than any JSON, and are never in memory as a whole.
app.route("/", uploadBodies);
app.use(requireJson, limitBody, limitNesting);
for (const router of [
  accounts,
  sessions,
  me,
  users,
  calls,
  channels,
  members,
  guilds,
  guildMembers,
  guildRoles,
  guildChannels,
  guildOverrides,
  guildBans,
  guildAudit,
  guildTimeOuts,
  guildPurges,
  requests,
  invites,
  messages,
  annotations,
  readMarks,
  settings,
  blocks,
  reports,
  pushSubscriptions,
  search,
  polls,
  gateway,
  operator,
  operatorSafety,
  uploads,
  files,
])
  app.route("/", router);
addDocs(app);

app.notFound((c) => {
  const allowed = methodsOf(c.req.path);
  if (allowed.length === 0 || allowed.includes(c.req.method)) return problemResponse(c, new ChatError("not_found"));
  return problemResponse(c, new ChatError("method_not_allowed"), { allow: allowed.join(", ") });
});
app.onError((error, c) => answerProblem(c, error));

/** Answers a request of the Worker. An upgrade takes the short way. */
export const answerRequest = (request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> =>
  (isUpgrade(request) ? upgrades : app).fetch(request, env, ctx);
