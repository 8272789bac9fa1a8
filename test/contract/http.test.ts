// The HTTP API as a whole: problems, lists and its description.
import { beforeAll, describe, expect, test } from "vitest";
import { access } from "../../src/gateway/access";
import { limits, PENDING_HEADER } from "../../src/protocol";
import { call, openDirect, type Person, register, request } from "../support/http";
import { refused } from "./problem";
import { signIn } from "./samples";

let alice: Person;
let bob: Person;
let messages: string;

beforeAll(async () => {
  alice = await register("alice");
  bob = await register("bob");
  messages = `/v1/channels/${await openDirect(alice, bob)}/messages`;
});

describe("[S56] a problem", () => {
  test.each(["{", "", "nothing", '{"handle":'])("says that %j is malformed", async (body) => {
    expect(await refused("/v1/sessions", { method: "POST", body })).toMatchObject({ code: "malformed" });
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"])(
    "[S55] says that %s is no type for a body",
    async (type) => {
      const sent = { method: "POST", body: "{}", headers: { "content-type": type } };
      expect(await refused("/v1/sessions", sent)).toMatchObject({ code: "unsupported_content_type" });
    },
  );

  test("[S55] is not the answer to a type with a charset", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    const sent = { method: "PATCH", token: alice.token, body: '{"name":"Alice"}', headers };
    expect((await request("/v1/me", sent)).status).toBe(200);
  });

  test.each(["/v1", "/v1/nothing", "/v1/me/", `/v1/channels/c_1/nothing`, "/v1/channels/c_1/messages/1/2"])(
    "[S57] says that %s is not found",
    async (path) => {
      expect(await refused(path, { token: alice.token })).toMatchObject({ code: "not_found" });
    },
  );

  test("[S57] names the methods of an address", async () => {
    expect(await refused("/v1/sessions", { method: "PATCH" })).toMatchObject({
      code: "method_not_allowed",
      allow: "POST, GET",
    });
    expect(await refused("/v1/channels/c_1/messages/1", { method: "POST" })).toMatchObject({
      allow: "GET, PATCH, DELETE",
    });
    expect(await refused("/healthz", { method: "DELETE" })).toMatchObject({ allow: "GET" });
  });

  test("[S55] says that a body is too large", async () => {
    const body = JSON.stringify({ text: " ".repeat(limits.frameBytes) });
    expect(await refused(messages, { method: "POST", token: alice.token, body })).toMatchObject({
      code: "frame_too_large",
    });
  });

  test.each(["u_1", "c_", "c_ABC", "c_1%00", "..%2f", `c_${"a".repeat(33)}`])(
    "says that %s is no channel's id",
    async (id) => {
      expect(await refused(`/v1/channels/${id}/messages`, { token: alice.token })).toMatchObject({ code: "invalid" });
    },
  );

  test.each(["-1", "x", "1.5", "9007199254740993", "NaN"])("says that %s is not a seq", async (seq) => {
    expect(await refused(`${messages}/${seq}`, { token: alice.token })).toMatchObject({ code: "invalid" });
  });

  test.each(["before=3&after=1", "before=0", "after=-1", "around=x", "limit=0", "limit=101", "limit=1.5", "limit=x"])(
    "[S41] says that ?%s asks for no page",
    async (query) => {
      expect(await refused(`${messages}?${query}`, { token: alice.token })).toMatchObject({ code: "invalid" });
    },
  );

  test("names the fields and what is wrong with them, at most three", async () => {
    const body = { handle: "a", name: "", password: "short" };
    const { detail = "" } = await refused("/v1/accounts", { method: "POST", body });
    expect(detail).toContain("handle: must have 3 to 32");
    expect(detail.split("; ").length).toBeLessThanOrEqual(3);
  });
});

describe("[S60] a list", () => {
  test("comes page by page, each item once, newest first", async () => {
    const carol = await register("carol");
    for (let i = 0; i < 4; i++) await signIn(carol);
    const seen: string[] = [];
    let next: string | null = "";
    let pages = 0;
    while (next !== null) {
      const path: string = `/v1/sessions?limit=2${next && `&cursor=${encodeURIComponent(next)}`}`;
      const page: { items: { id: string; createdAt: number }[]; next: string | null } = await call(path, {
        token: carol.token,
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
      pages++;
    }
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(5);
    expect(seen.at(-1)).toBe(carol.session);
    expect(seen).toEqual(seen.toSorted().reverse());
  });

  test("of channels comes page by page, oldest first", async () => {
    const carol = await register("carol");
    const opened = [await openDirect(carol, carol), await openDirect(alice, carol), await openDirect(carol, bob)];
    type Page = { items: { id: string }[]; next: string };
    const first = await call<Page>("/v1/channels?limit=2", { token: carol.token });
    const second = await call<Page>(`/v1/channels?limit=2&cursor=${first.next}`, { token: carol.token });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(opened);
    expect(second.next).toBeNull();
  });

  test.each(["x", "~", "1~", "~s_1", "-1~s_1", "1e3~s_1", "99999999999999999~s_1", "", "1".repeat(201)])(
    "takes no cursor %j",
    async (cursor) => {
      for (const path of ["/v1/sessions", "/v1/channels"]) {
        expect(await refused(`${path}?cursor=${cursor}`, { token: alice.token })).toMatchObject({ code: "invalid" });
      }
    },
  );
});

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required: boolean; schema: { type?: unknown } }[];
  responses: Record<string, { $ref?: string; headers?: object }>;
}

interface Description {
  openapi: string;
  info: object;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; responses: object; securitySchemes: object };
}

describe("the API's description", () => {
  let document: Description;
  let operations: { key: string; operation: Operation }[];
  beforeAll(async () => {
    document = await call<Description>("/openapi.json");
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
    );
  });

  test("is an OpenAPI 3.1 document that names every route", async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: "Parley", version: "1" });
    const named = operations.map(({ key }) => key);
    const described = Object.keys(access).filter((key) => key !== "GET /docs" && key !== "GET /openapi.json");
    expect(named.sort()).toEqual(described.sort());
    expect(document.servers).toMatchObject([{ url: "/" }]);
  });

  test("says of every named schema that may be null that it may be", () => {
    const text = JSON.stringify(document);
    expect(text.includes('{"anyOf":[{"$ref":"#/components/schemas/Profile"},{"type":"null"}]}')).toBe(true);
    // This is what `nullable` of a named schema becomes. No null matches it.
    expect(text.match(/"allOf":\[\{"\$ref":"[^"]*"\},\{"type":\["object","null"\]\}\]/g)).toBeNull();
  });

  test("names every operation once, and documents its refusals and its group", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const { key, operation } of operations) {
      expect(operation.operationId, key).toMatch(/^[a-z][A-Za-z]+$/);
      expect(Object.keys(operation.responses), key).toContain("429");
      expect(operation.tags, key).toHaveLength(1);
    }
  });

  test("documents every status and every proof that the access table demands", () => {
    const proofs: Record<number, string[]> = {
      101: ["accessToken"],
      401: ["session", "cookie"],
      404: ["operator"],
      200: [],
    };
    for (const { key, operation } of operations) {
      const statuses = Object.values(access[key] ?? expect.fail(`${key} has no row`));
      for (const status of statuses) expect(Object.keys(operation.responses), key).toContain(String(status));
      const named = operation.security.flatMap((one) => Object.keys(one));
      expect(named, key).toEqual(proofs[access[key]?.anonymous ?? 0]);
    }
    expect(Object.keys(document.components.securitySchemes)).toEqual(["session", "cookie", "accessToken", "operator"]);
  });

  test("has numbers as integers, and requires every part of a path", () => {
    const numbers = ["seq", "before", "after", "around", "thread", "limit", "wait"];
    for (const { key, operation } of operations)
      for (const { name, in: place, required, schema } of operation.parameters ?? []) {
        if (place === "path") expect(required, `${key}: ${name}`).toBe(true);
        if (numbers.includes(name)) expect(schema.type, `${key}: ${name}`).toBe("integer");
      }
  });

  test("declares the headers that a request may have and an answer has", () => {
    const withHeader = (name: string) =>
      operations
        .filter(({ operation }) => operation.parameters?.some((one) => one.name === name && one.in === "header"))
        .map(({ key }) => key);
    const polls = ["GET /v1/channels/{channel}/events", "GET /v1/guilds/{guild}/events", "GET /v1/inbox"];
    expect(withHeader("If-None-Match")).toEqual(polls);
    for (const { key, operation } of operations.filter(({ key }) => polls.includes(key)))
      for (const status of ["200", "304"]) expect(operation.responses[status]?.headers, key).toHaveProperty("ETag");
    for (const { key, operation } of operations.filter(({ key }) => /^(POST|PUT|PATCH|DELETE) .v1.guilds/.test(key))) {
      const made = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
      expect(made?.[1].headers, key).toHaveProperty(PENDING_HEADER);
    }
    const message = "/v1/channels/{channel}/messages/{seq}";
    const changes = ["reactions/{emoji}", "pin", "follow"].flatMap((what) => [
      `PUT ${message}/${what}`,
      `DELETE ${message}/${what}`,
    ]);
    const sends = ["POST /v1/channels/{channel}/messages", `PATCH ${message}`, `DELETE ${message}`];
    expect(withHeader("Idempotency-Key").sort()).toEqual([...changes, ...sends].sort());
  });

  test("refers only to its own schemas and responses", () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
    for (const [, name = ""] of references) expect(document.components.schemas).toHaveProperty(name);
    const answers = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/responses\/(\w+)"/g);
    for (const [, name = ""] of answers) expect(document.components.responses).toHaveProperty(name);
  });

  test("has a page that loads nothing from other origins", async () => {
    const response = await request("/docs");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(response.headers.get("content-security-policy")).not.toMatch(
      /https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/,
    );
    expect(response.headers.get("content-security-policy")).toMatch(/; base-uri 'none'; form-action 'none'$/);
    expect(await response.text()).not.toMatch(/(?:src|href)="(?!\/[^/])/);
  });
});
