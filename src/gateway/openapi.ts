// The OpenAPI document. Its schemas are those that check the requests. What an operation demands of
// its caller comes from the access table, which test/contract/access.test.ts holds the routes to.
import type { OpenAPIHono } from "@hono/zod-openapi";
import { errors, PENDING_HEADER, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../protocol";
import { access } from "./access";
import type { Gateway } from "./http/context";

const info = {
  title: "Parley",
  version: "1",
  license: { name: "MIT", identifier: "MIT" },
  description: [
    "The HTTP API of Parley. Every error is `application/problem+json` with a stable `code`:",
    ...Object.entries(errors).map(([code, { status, sentence }]) => `- \`${code}\` (${status}): ${sentence}`),
  ].join("\n"),
};

const securitySchemes = {
  session: {
    type: "http",
    scheme: "bearer",
    description: "The token of a session (`POST /v1/sessions` with `keep: token`), or an access token.",
  },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-parley",
    description: "The cookie of a session, for the page of this origin. Without https its name is `parley`.",
  },
  accessToken: {
    type: "apiKey",
    in: "header",
    name: "Sec-WebSocket-Protocol",
    description: `The subprotocols \`${SUBPROTOCOL}\` and \`${TOKEN_SUBPROTOCOL_PREFIX}<access token>\`.`,
  },
  operator: { type: "http", scheme: "bearer", description: "The `OPERATOR_TOKEN` of the deployment." },
} as const;

type SchemeName = keyof typeof securitySchemes;

/** Any one of these authenticates a caller, by the status of a request without authentication. */
const schemesByStatus: Record<number, SchemeName[]> = {
  101: ["accessToken"],
  200: [],
  401: ["session", "cookie"],
  404: ["operator"],
};

/** The name of each group of operations, by the first part of their paths after the version. */
const tags: Record<string, string> = {
  healthz: "Connections",
  gateway: "Connections",
  socket: "Connections",
  events: "Connections",
  commands: "Connections",
  inbox: "Connections",
  accounts: "Accounts",
  sessions: "Accounts",
  me: "Accounts",
  users: "Accounts",
  channels: "Channels",
  members: "Channels",
  bans: "Channels",
  "audit-log": "Channels",
  requests: "Channels",
  invites: "Channels",
  messages: "Messages",
  uploads: "Files",
  files: "Files",
  pins: "Messages",
  search: "Messages",
  read: "Settings",
  unread: "Settings",
  draft: "Settings",
  mute: "Settings",
  level: "Settings",
  notifications: "Settings",
  push: "Notifications",
  operator: "Operator",
};

const tagDescriptions: Record<string, string> = {
  Connections: "Sockets, and the same frames over HTTP where sockets are blocked.",
  Accounts: "Registration, sessions, profiles, and everything about the account of the caller.",
  Channels: "Direct channels, groups, their members, invites, and requests of strangers.",
  Messages: "Messages, what is attached to them, and the search for them.",
  Files: "Uploads, and the bytes of what is attached to messages.",
  Settings: "What the caller sets for a channel or for all channels.",
  Notifications: "The devices that get push.",
  Operator: "What only the operator of the deployment may do.",
};

/** The group of an operation is that of the last word of its path that has one. */
function tagOf(path: string): string {
  const words = path.split("/").filter((word) => word in tags);
  const word = words.includes("operator") ? "operator" : words.includes("messages") ? "messages" : words.at(-1);
  return tags[word ?? ""] ?? "Other";
}

interface Operation {
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: Record<string, object>;
}

const titles: Record<number, string> = {
  400: "The request is malformed, or a value of it is not allowed.",
  401: "Nobody is signed in, or the token is not valid.",
  403: "The caller may not do this.",
  404: "This does not exist, or the caller has no access to it.",
  409: "The state of the channel or the account does not allow this.",
  413: "The body or the text is too long.",
  415: "The body is not JSON.",
  416: "The range begins after the end of the file.",
  426: "The request is no WebSocket upgrade.",
  429: "A rate is exceeded; `Retry-After` says how long.",
};

/** Returns the refusals that an operation may answer, besides those of the server (5xx). */
function refusalsOf(method: string, path: string, { parameters = [], requestBody }: Operation): number[] {
  const row = rowOf(method, path);
  const status = row.anonymous;
  const isChange = method !== "get";
  const mayRefuse: Record<number, boolean> = {
    400: parameters.length > 0 || requestBody !== undefined || status === 101,
    401: Object.values(row).includes(401) || path === "/v1/sessions",
    403: status === 401 && (isChange || Object.values(row).includes(403)),
    404: path.includes("{") || status === 404,
    409: Object.values(row).includes(409) || (isChange && status !== 101),
    413: requestBody !== undefined,
    415: requestBody !== undefined,
    416: !isChange && path.startsWith("/v1/files/"),
    426: status === 101,
    429: true,
  };
  return Object.keys(mayRefuse)
    .map(Number)
    .filter((one) => mayRefuse[one]);
}

/** Returns the row of a route. Throws for a route without one. */
function rowOf(method: string, path: string) {
  const row = access[`${method.toUpperCase()} ${path}`];
  if (!row) throw new TypeError(`the route has no row in the access table: ${method} ${path}`);
  return row;
}

const refusalName = (status: number): string => `Refused${status}`;

const problemContent = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
const retryAfter = { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer", minimum: 0 } } };

const refusals = Object.fromEntries(
  Object.entries(titles).map(([status, description]) => [
    refusalName(Number(status)),
    { description, content: problemContent, ...(status === "429" && { headers: retryAfter }) },
  ]),
);

const pendingHeader = {
  [PENDING_HEADER]: {
    description: "How many channels do not show the change yet; absent for none.",
    schema: { type: "integer", minimum: 1 },
  },
};

/** Returns the answers of an operation that is made. Those to changes of guilds have a header. */
function answersOf(method: string, path: string, { responses = {} }: Operation): Record<string, object> {
  if (method === "get" || !path.startsWith("/v1/guilds")) return responses;
  return Object.fromEntries(
    Object.entries(responses).map(([status, answer]) => [
      status,
      status.startsWith("2") ? { ...answer, headers: pendingHeader } : answer,
    ]),
  );
}

function described(method: string, path: string, operation: Operation): object {
  const refused = refusalsOf(method, path, operation).map((status) => [
    String(status),
    { $ref: `#/components/responses/${refusalName(status)}` },
  ]);
  return {
    ...operation,
    tags: [tagOf(path)],
    security: (schemesByStatus[rowOf(method, path).anonymous] ?? []).map((name) => ({ [name]: [] })),
    responses: { ...answersOf(method, path, operation), ...Object.fromEntries(refused) },
  };
}

/**
 * Returns the document of all routes of `app`. Its server is the one that answers it: an address of
 * a local server would be an error to linters and generators.
 */
export function documentOf(app: OpenAPIHono<Gateway>): object {
  const {
    paths = {},
    components,
    ...document
  } = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info,
    servers: [{ url: "/", description: "The server that answers this document." }],
    tags: Object.entries(tagDescriptions).map(([name, description]) => ({ name, description })),
  });
  const describedPaths = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [method, described(method, path, operation)]),
    ),
  ]);
  return {
    ...document,
    paths: Object.fromEntries(describedPaths),
    components: { ...components, securitySchemes, responses: refusals },
  };
}
