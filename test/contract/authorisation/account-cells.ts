// The cells of routes that name neither a guild nor a channel: each caller sees only their own.
import { call } from "../../support/http";
import { browser, samples } from "../samples";
import { type Caller, callers, type PersonName } from "./callers";
import { ask, type Cell, type MatrixRequest, signInRefusal } from "./cell";
import { type MatrixWorld, tidy } from "./world";

interface AccountRow {
  route: string;
  /** `account`: only for those who are signed in. `open`: for everyone. */
  needs: "account" | "open" | "operator";
  ok: string;
  fields?: readonly string[];
}

const row = (route: string, ok = "200", needs: AccountRow["needs"] = "account"): AccountRow => ({ route, needs, ok });
const list = ["items", "next"];

/** The requests are the samples of the access table. */
const rows: readonly AccountRow[] = [
  row("GET /healthz", "200", "open"),
  row("GET /openapi.json", "200", "open"),
  row("GET /docs", "200", "open"),
  row("POST /v1/accounts", "200", "open"),
  row("GET /v1/registration", "200", "open"),
  row("POST /v1/sessions", "200", "open"),
  { ...row("GET /v1/sessions"), fields: list },
  row("DELETE /v1/sessions/{id}", "204"),
  row("GET /v1/me"),
  row("PATCH /v1/me"),
  row("PUT /v1/me/password", "wrong_password"),
  row("DELETE /v1/me", "wrong_password"),
  row("GET /v1/me/export"),
  row("GET /v1/users"),
  row("POST /v1/search"),
  row("GET /v1/search"),
  row("GET /v1/gateway"),
  row("GET /v1/socket", "101", "open"),
  row("GET /v1/guilds/{guild}/socket", "101", "open"),
  row("GET /v1/inbox"),
  row("POST /v1/channels"),
  { ...row("GET /v1/channels"), fields: list },
  row("GET /v1/me/invites"),
  row("POST /v1/me/invites"),
  row("POST /v1/invites/{code}"),
  row("DELETE /v1/invites/{code}", "204"),
  row("POST /v1/guilds"),
  { ...row("GET /v1/guilds"), fields: list },
  { ...row("GET /v1/requests"), fields: list },
  { ...row("GET /v1/me/blocks"), fields: list },
  row("PUT /v1/me/blocks/{user}", "204"),
  row("DELETE /v1/me/blocks/{user}", "204"),
  row("POST /v1/reports"),
  row("GET /v1/push"),
  { ...row("GET /v1/push/subscriptions"), fields: list },
  row("POST /v1/push/subscriptions"),
  row("DELETE /v1/push/subscriptions/{id}", "204"),
  row("POST /v1/push/subscriptions/{id}/test", "204"),
  row("GET /v1/me/notifications"),
  row("PUT /v1/me/notifications", "204"),
  row("POST /v1/operator/channels/{channel}/restore", "not_found", "operator"),
  row("POST /v1/operator/channels/{channel}/archive", "not_found", "operator"),
  row("GET /v1/operator/channels", "not_found", "operator"),
  row("GET /v1/operator/push", "not_found", "operator"),
  row("GET /v1/operator/storage", "not_found", "operator"),
  row("GET /v1/operator/reports", "not_found", "operator"),
  row("PUT /v1/operator/reports/{report}", "not_found", "operator"),
  row("GET /v1/operator/suspensions", "not_found", "operator"),
  row("PUT /v1/operator/suspensions/{user}", "not_found", "operator"),
  row("DELETE /v1/operator/suspensions/{user}", "not_found", "operator"),
  row("GET /v1/operator/log", "not_found", "operator"),
];

/** Routes that any number of people may call without a limit that the matrix would reach. */
const many = /^GET|search/;
const few: readonly Caller[] = ["anonymous", "ended", "endedAccess", "outsider", "exMember", "member", "owner"];

/** Requests in place of the samples. */
const ownRequests: Readonly<Record<string, (world: MatrixWorld) => Omit<MatrixRequest, "method">>> = {
  // The words that only some may read.
  "POST /v1/search": () => ({ path: "/v1/search", body: { q: "sekret" } }),
  // The sample makes a guild of its own and takes its people out of this one.
  "GET /v1/guilds/{guild}/socket": ({ guild }) => ({
    path: `/v1/guilds/${guild}/socket`,
    headers: { upgrade: "websocket", "sec-websocket-protocol": "parley.v1" },
  }),
};

/** An outsider may preview an invite, so a caller with a bad token is the only one refused. */
const preview: AccountRow = row("GET /v1/invites/{code}", "200", "open");

export function* accountCells(): Generator<Cell> {
  for (const one of [...rows, preview])
    for (const caller of many.test(one.route) ? callers : few) {
      const refusal = one.needs === "account" ? signInRefusal(caller) : null;
      const badToken = one === preview && caller !== "anonymous" ? signInRefusal(caller) : null;
      yield {
        ...{ row: one.route, object: "what is mine", caller, expected: refusal ?? badToken ?? one.ok },
        ...(one.fields && { fields: one.fields }),
        run: async (world) => {
          await tidy(world);
          const who = world.people[isPerson(caller) ? caller : "outsider"];
          const { author, member, outsider } = world.people;
          const scene = { alice: author, bob: member, carol: outsider, channel: world.channels.direct, seq: 1 };
          const sample = ownRequests[one.route]?.(world) ?? (await samples[one.route]?.(scene, who));
          if (!sample) throw new Error(`there is no sample of ${one.route}`);
          return await ask(world, caller, { method: one.route.split(" ")[0] ?? "", ...sample });
        },
      };
    }
}

/** Things of the owner of the guild, by the route that would end or use them. */
const foreign: Readonly<Record<string, { refusal: string; path(world: MatrixWorld): Promise<string> }>> = {
  "DELETE /v1/sessions/{id}": {
    refusal: "not_found",
    path: async ({ people }) => `/v1/sessions/${people.owner.session}`,
  },
  "DELETE /v1/push/subscriptions/{id}": { refusal: "not_found", path: subscriptionOfOwner },
  "POST /v1/push/subscriptions/{id}/test": {
    refusal: "not_found",
    path: async (world) => `${await subscriptionOfOwner(world)}/test`,
  },
  "DELETE /v1/invites/{code}": {
    refusal: "invite_invalid",
    path: async ({ tokens }) => {
      const sent = { method: "POST", token: tokens.owner ?? "", body: {} };
      return `/v1/invites/${(await call<{ code: string }>("/v1/me/invites", sent)).code}`;
    },
  },
};

async function subscriptionOfOwner({ tokens }: MatrixWorld): Promise<string> {
  const sent = { method: "POST", token: tokens.owner ?? "", body: browser("http://127.0.0.1:9/of-the-owner") };
  return `/v1/push/subscriptions/${(await call<{ id: string }>("/v1/push/subscriptions", sent)).id}`;
}

/** What is another person's looks as if it did not exist. */
export function* foreignCells(): Generator<Cell> {
  for (const [route, { refusal, path }] of Object.entries(foreign))
    for (const caller of ["outsider", "member", "administrator"] as const)
      yield {
        ...{ row: route, object: "what is another's", caller, expected: refusal },
        run: async (world) => {
          await tidy(world);
          return await ask(world, caller, { method: route.split(" ")[0] ?? "", path: await path(world) });
        },
      };
}

const isPerson = (caller: Caller): caller is PersonName => signInRefusal(caller) === null;
