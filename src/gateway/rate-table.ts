// The rate table: how each route is charged. A route without a row fails
// test/contract/rates.test.ts, which also calls each route beyond its rate.
//
// Every HTTP request is first charged to its address (`address`). A request of an account is then
// charged by the row of its route, after the proof of the caller and before everything else.

import type { RateName } from "../protocol";

/** Rates that a binding counts, or the Worker's memory where `RATES` changes them. No rows. */
export type CoarseRate = Extract<RateName, "address" | "request" | "lookup" | "preview" | "search" | "export" | "file">;
type ObjectRate = Extract<RateName, "send" | "ask" | "frame" | "upgrade" | "ice">;

export type RouteRate =
  /** Anonymous work without a database. Charged to the address only. */
  | { kind: "open" }
  /** Charged to the address at a coarse rate, before a sign-in is looked up. */
  | { kind: "address"; rate: "preview" }
  /** Charged to the account at a coarse rate. */
  | { kind: "read"; rate: Exclude<CoarseRate, "address"> }
  /** Charged to the account at `request`, then by the object in its memory, at `rate`. */
  | { kind: "object"; rate: ObjectRate }
  /** Charged to the account at `request`, then to a row of the directory for `bucket`. */
  | { kind: "directory"; rate: RateName; bucket: string }
  /** Charged to rows of the directory by address and handle, in `operations/guess-limits.ts`. */
  | { kind: "credentials"; rate: RateName };

const open = { kind: "open" } as const;
const read = (rate: Exclude<CoarseRate, "address"> = "request"): RouteRate => ({ kind: "read", rate });
const object = (rate: ObjectRate): RouteRate => ({ kind: "object", rate });
const directory = (rate: RateName, bucket: string = rate): RouteRate => ({ kind: "directory", rate, bucket });

const message = "/v1/channels/{channel}/messages/{seq}";

export const rateTable: Record<string, RouteRate> = {
  "GET /healthz": open,
  "GET /openapi.json": open,
  "GET /docs": open,
  "POST /v1/accounts": { kind: "credentials", rate: "register" },
  "POST /v1/sessions": { kind: "credentials", rate: "signIn" },
  "GET /v1/registration": open,
  "GET /v1/sessions": read(),
  "DELETE /v1/sessions/{id}": directory("directory"),
  "GET /v1/me": read(),
  "PATCH /v1/me": directory("profile"),
  // A stolen session must not guess the password faster than a stranger.
  "PUT /v1/me/password": directory("guess", "password"),
  "DELETE /v1/me": directory("guess", "password"),
  "GET /v1/me/export": read("export"),
  "GET /v1/me/blocks": read(),
  "PUT /v1/me/blocks/{user}": directory("directory"),
  "DELETE /v1/me/blocks/{user}": directory("directory"),
  "GET /v1/users": read("lookup"),
  "GET /v1/search": read("search"),
  "POST /v1/search": read("search"),
  "GET /v1/gateway": read(),
  "GET /v1/socket": object("upgrade"),
  "GET /v1/channels/{channel}/socket": object("upgrade"),
  "GET /v1/guilds/{guild}/socket": object("upgrade"),
  "GET /v1/guilds/{guild}/events": object("ask"),
  "GET /v1/inbox": object("ask"),
  "GET /v1/channels/{channel}/events": object("ask"),
  "POST /v1/channels/{channel}/commands": object("frame"),
  "POST /v1/channels": directory("directory"),
  // Also delivers pending rosters. The rates of the changes bound their number.
  "GET /v1/channels": read(),
  "GET /v1/channels/{channel}": read(),
  "PATCH /v1/channels/{channel}": directory("directory"),
  "DELETE /v1/channels/{channel}": directory("directory"),
  "PUT /v1/channels/{channel}/members/{user}": directory("directory"),
  "DELETE /v1/channels/{channel}/members/{user}": directory("directory"),
  "GET /v1/channels/{channel}/invites": read(),
  "POST /v1/channels/{channel}/invites": directory("directory"),
  "GET /v1/guilds/{guild}/invites": read(),
  "POST /v1/guilds/{guild}/invites": directory("directory"),
  "GET /v1/me/invites": read(),
  "POST /v1/me/invites": directory("directory"),
  "GET /v1/invites/{code}": { kind: "address", rate: "preview" },
  "POST /v1/invites/{code}": directory("directory"),
  "DELETE /v1/invites/{code}": directory("directory"),
  // Changes are delivered to every channel of a guild, and signalled to every member.
  "POST /v1/guilds": directory("directory"),
  "GET /v1/guilds": read(),
  "GET /v1/guilds/{guild}": read(),
  "PATCH /v1/guilds/{guild}": directory("directory"),
  "PUT /v1/guilds/{guild}/deletion": directory("directory"),
  "DELETE /v1/guilds/{guild}/deletion": directory("directory"),
  "PUT /v1/guilds/{guild}/owner": directory("directory"),
  "GET /v1/guilds/{guild}/members": read(),
  "PUT /v1/guilds/{guild}/members/{user}": directory("directory"),
  "DELETE /v1/guilds/{guild}/members/{user}": directory("directory"),
  "PUT /v1/guilds/{guild}/members/{user}/roles/{role}": directory("directory"),
  "DELETE /v1/guilds/{guild}/members/{user}/roles/{role}": directory("directory"),
  "POST /v1/guilds/{guild}/roles": directory("directory"),
  "POST /v1/guilds/{guild}/roles/{role}/copies": directory("directory"),
  "GET /v1/guilds/{guild}/roles/{role}/view": read(),
  "PATCH /v1/guilds/{guild}/roles/{role}": directory("directory"),
  "DELETE /v1/guilds/{guild}/roles/{role}": directory("directory"),
  "PUT /v1/guilds/{guild}/role-order": directory("directory"),
  "POST /v1/guilds/{guild}/channels": directory("directory"),
  "PATCH /v1/guilds/{guild}/channels/{channel}": directory("directory"),
  "DELETE /v1/guilds/{guild}/channels/{channel}": directory("directory"),
  "POST /v1/guilds/{guild}/categories": directory("directory"),
  "PATCH /v1/guilds/{guild}/categories/{category}": directory("directory"),
  "DELETE /v1/guilds/{guild}/categories/{category}": directory("directory"),
  "GET /v1/guilds/{guild}/channels/{channel}/overrides": read(),
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides/{target}": directory("directory"),
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides": directory("directory"),
  "GET /v1/guilds/{guild}/categories/{category}/overrides": read(),
  "PUT /v1/guilds/{guild}/categories/{category}/overrides/{target}": directory("directory"),
  "GET /v1/guilds/{guild}/bans": read(),
  "PUT /v1/guilds/{guild}/bans/{user}": directory("directory"),
  "DELETE /v1/guilds/{guild}/bans/{user}": directory("directory"),
  "POST /v1/guilds/{guild}/purges": directory("directory"),
  "PUT /v1/guilds/{guild}/members/{user}/time-out": directory("directory"),
  "DELETE /v1/guilds/{guild}/members/{user}/time-out": directory("directory"),
  "GET /v1/guilds/{guild}/audit-log": read(),
  "PUT /v1/guilds/{guild}/channels/{channel}/lock": directory("directory"),
  "DELETE /v1/guilds/{guild}/channels/{channel}/lock": directory("directory"),
  "POST /v1/reports": directory("report"),
  "GET /v1/guilds/{guild}/reports": read(),
  "PUT /v1/guilds/{guild}/reports/{report}": directory("directory"),
  "GET /v1/requests": read(),
  "PUT /v1/requests/{channel}": directory("directory"),
  "DELETE /v1/requests/{channel}": directory("directory"),
  "GET /v1/channels/{channel}/messages": object("ask"),
  "POST /v1/channels/{channel}/messages": object("send"),
  [`GET ${message}`]: object("ask"),
  [`PATCH ${message}`]: object("send"),
  [`DELETE ${message}`]: object("send"),
  [`PUT ${message}/reactions/{emoji}`]: object("send"),
  [`DELETE ${message}/reactions/{emoji}`]: object("send"),
  [`PUT ${message}/pin`]: object("send"),
  [`DELETE ${message}/pin`]: object("send"),
  [`PUT ${message}/follow`]: object("send"),
  [`DELETE ${message}/follow`]: object("send"),
  [`GET ${message}/versions`]: object("ask"),
  "GET /v1/channels/{channel}/pins": object("ask"),
  // Each of these writes rows of the directory, or objects of R2.
  "POST /v1/channels/{channel}/uploads": directory("upload"),
  "GET /v1/channels/{channel}/uploads/{upload}": read(),
  "DELETE /v1/channels/{channel}/uploads/{upload}": directory("upload"),
  "PUT /v1/channels/{channel}/uploads/{upload}/parts/{part}": directory("uploadPart"),
  "PUT /v1/channels/{channel}/uploads/{upload}/variants/{variant}": directory("uploadPart"),
  "POST /v1/channels/{channel}/uploads/{upload}/complete": directory("upload"),
  "PUT /v1/channels/{channel}/read": object("ask"),
  "PUT /v1/channels/{channel}/unread": object("ask"),
  "PUT /v1/channels/{channel}/draft": object("ask"),
  "PUT /v1/channels/{channel}/mute": object("ask"),
  "PUT /v1/channels/{channel}/level": object("ask"),
  "GET /v1/files/{attachment}/{variant}/{name}": read("file"),
  "POST /v1/files/{attachment}/links": read("file"),
  "POST /v1/files/{attachment}/forwards": directory("upload"),
  "POST /v1/calls/ice": object("ice"),
  "POST /v1/calls/ice-test": directory("iceTest"),
  "GET /v1/me/notifications": read(),
  "PUT /v1/me/notifications": object("ask"),
  "GET /v1/push": read(),
  "GET /v1/push/subscriptions": read(),
  "POST /v1/push/subscriptions": directory("push"),
  "DELETE /v1/push/subscriptions/{id}": directory("push"),
  "POST /v1/push/subscriptions/{id}/test": directory("push"),
  // Wrong tokens are charged like anonymous requests. The operator is not charged otherwise.
  "POST /v1/operator/channels/{channel}/restore": open,
  "POST /v1/operator/channels/{channel}/archive": open,
  "GET /v1/operator/channels": open,
  "GET /v1/operator/push": open,
  "GET /v1/operator/storage": open,
  "GET /v1/operator/reports": open,
  "PUT /v1/operator/reports/{report}": open,
  "GET /v1/operator/suspensions": open,
  "PUT /v1/operator/suspensions/{user}": open,
  "DELETE /v1/operator/suspensions/{user}": open,
  "GET /v1/operator/log": open,
};
