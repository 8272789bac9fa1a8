// The HTTP surface as a whole: how it refuses, how it repeats, how it lists, how it describes itself.
import { beforeAll, describe, expect, test } from "vitest";
import { access } from "../../src/gateway/access";
import { type Appended, errors, limits, problem } from "../../src/protocol";
import { call, openDirect, type Person, register, request, type Sent } from "../support/http";
import { signIn } from "./samples";

let alice: Person;
let bob: Person;
let channel: string;
let messages: string;

beforeAll(async () => {
  alice = await register("alice");
  bob = await register("bob");
  channel = await openDirect(alice, bob);
  messages = `/v1/channels/${channel}/messages`;
});

/** The problem that a request is answered with, after checking that it looks like every other. */
async function refused(path: string, sent?: Sent) {
  const response = await request(path, sent);
  const body = problem.parse(await response.json());
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("x-request-id")).toBe(body.requestId);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const { status, temporary, sentence } = errors[body.code];
  expect(body).toMatchObject({ status, temporary, title: sentence });
  expect(response.status).toBe(status);
  return { ...body, allow: response.headers.get("allow") };
}

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

  test("[S55] is none for a type with a charset", async () => {
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

  test("[S57] names the methods that an address takes", async () => {
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

  test.each(["-1", "x", "1.5", "9007199254740993", "NaN"])("says that %s is no seq", async (seq) => {
    expect(await refused(`${messages}/${seq}`, { token: alice.token })).toMatchObject({ code: "invalid" });
  });

  test.each(["before=3&after=1", "before=0", "after=-1", "around=x", "limit=0", "limit=101", "limit=1.5", "limit=x"])(
    "[S41] says that ?%s asks for no page",
    async (query) => {
      expect(await refused(`${messages}?${query}`, { token: alice.token })).toMatchObject({ code: "invalid" });
    },
  );

  test("names the field and says what is wrong, in three lines at most", async () => {
    const body = { handle: "a", name: "", password: "short" };
    const { detail = "" } = await refused("/v1/accounts", { method: "POST", body });
    expect(detail).toContain("handle: must be 3 to 32");
    expect(detail.split("; ").length).toBeLessThanOrEqual(3);
  });
});

describe("[S58] a command over HTTP", () => {
  const send = (text: string, key?: string) => ({
    method: "POST",
    token: alice.token,
    body: { text },
    headers: key === undefined ? {} : { "idempotency-key": key },
  });

  test("needs a name, or it could not be repeated", async () => {
    expect(await refused(messages, send("hello"))).toMatchObject({ code: "idempotency_key_required" });
    const { seq } = await call<Appended>(messages, send("hello", crypto.randomUUID()));
    const edit = { method: "PATCH", token: alice.token, body: { text: "hello, bob" } };
    expect(await refused(`${messages}/${seq}`, edit)).toMatchObject({ code: "idempotency_key_required" });
    const half = { ...send("hello"), body: { text: "hello", nonce: crypto.randomUUID(), after: 0 } };
    expect(await refused(messages, half)).toMatchObject({ code: "idempotency_key_required" });
  });

  test.each([0, 256])("takes no key of %i characters", async (length) => {
    expect(await refused(messages, send("hello", "k".repeat(length)))).toMatchObject({ code: "invalid" });
  });

  test("[S59] with the same key is done once", async () => {
    const key = "k".repeat(255);
    const first = await call<Appended>(messages, send("once", key));
    const again = await Promise.all([1, 2, 3].map(() => call<Appended>(messages, send("once", key))));
    expect(first.duplicate).toBe(false);
    for (const answer of again) expect(answer).toEqual({ ...first, duplicate: true });
  });

  test("[S59] with the same key eight times at once is done once", async () => {
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => call<Appended>(messages, send("at once", key))));
    expect(new Set(answers.map((answer) => answer.seq)).size).toBe(1);
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
  });

  test("[S59] of another text, or of another kind, under the same key is a conflict", async () => {
    const key = crypto.randomUUID();
    const { seq } = await call<Appended>(messages, send("first", key));
    expect(await refused(messages, send("second", key))).toMatchObject({ code: "nonce_conflict" });
    const edit = { ...send("first", key), method: "PATCH" };
    expect(await refused(`${messages}/${seq}`, edit)).toMatchObject({ code: "nonce_conflict" });
  });

  test("[S59] under the key of another person, or in another channel, is another command", async () => {
    const key = crypto.randomUUID();
    const { seq } = await call<Appended>(messages, send("mine", key));
    const other = await call<Appended>(messages, { ...send("mine", key), token: bob.token });
    expect(other).toMatchObject({ duplicate: false, seq: seq + 1 });
    const notes = await openDirect(alice, alice);
    expect(await call(`/v1/channels/${notes}/messages`, send("mine", key))).toMatchObject({ duplicate: false, seq: 1 });
  });

  test("[S25] by nonce and cursor is done once too", async () => {
    const { head: after, epoch } = await call<{ head: number; epoch: string }>(messages, { token: alice.token });
    const body = { text: "by nonce", nonce: crypto.randomUUID(), epoch, after };
    const first = await call<Appended>(messages, { method: "POST", token: alice.token, body });
    expect(first).toMatchObject({ nonce: body.nonce, seq: after + 1, duplicate: false });
    const again = { method: "POST", token: alice.token, body };
    expect(await call(messages, again)).toEqual({ ...first, duplicate: true });
    expect(await refused(messages, { ...again, body: { ...body, text: "other" } })).toMatchObject({
      code: "nonce_conflict",
    });
  });

  test("[S34] that deletes needs no name and no body, and may be repeated", async () => {
    const { seq } = await call<Appended>(messages, send("soon gone", crypto.randomUUID()));
    const first = await call<Appended>(`${messages}/${seq}`, { method: "DELETE", token: alice.token });
    expect(first.duplicate).toBe(false);
    const again = await call<Appended>(`${messages}/${seq}`, { method: "DELETE", token: alice.token, body: {} });
    expect(again).toMatchObject({ seq: first.seq, duplicate: true });
  });

  test("[S33] leaves no text of a deleted message on any way", async () => {
    const secret = `secret ${crypto.randomUUID()}`;
    const { seq } = await call<Appended>(messages, send(secret, crypto.randomUUID()));
    await call(`${messages}/${seq}`, { method: "DELETE", token: alice.token });
    expect(await call(`${messages}/${seq}`, { token: bob.token })).toMatchObject({ body: { state: "deleted" } });
    expect(await (await request(messages, { token: bob.token })).text()).not.toContain(secret);
  });

  test("[S37] marks are monotonic, never beyond the head, and [S38] sending reads", async () => {
    const { seq: head } = await call<Appended>(messages, send("read me", crypto.randomUUID()));
    const read = (seq: number, { token }: Person) =>
      call(`/v1/channels/${channel}/read`, { method: "PUT", token, body: { seq } });
    expect(await read(0, alice)).toEqual({ seq: head });
    expect(await read(1, bob)).not.toEqual({ seq: 0 });
    expect(await read(head + 100, bob)).toEqual({ seq: head });
    expect(await read(1, bob)).toEqual({ seq: head });
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

describe("the API's description", () => {
  test("is an OpenAPI 3.1 document that names every route", async () => {
    type Operation = { responses: object };
    const document = await call<{ openapi: string; info: object; paths: Record<string, Record<string, Operation>> }>(
      "/openapi.json",
    );
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: "Parley", version: "1" });
    const named = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const described = Object.keys(access).filter((key) => key !== "GET /docs" && key !== "GET /openapi.json");
    expect(named.sort()).toEqual(described.sort());
    for (const operation of Object.values(document.paths).flatMap((operations) => Object.values(operations))) {
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
    }
  });

  test("refers only to schemas that it holds", async () => {
    const document = await call<{ components: { schemas: object } }>("/openapi.json");
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
    for (const [, name = ""] of references) expect(document.components.schemas).toHaveProperty(name);
  });

  test("has a page that loads nothing from elsewhere", async () => {
    const response = await request("/docs");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(response.headers.get("content-security-policy")).not.toMatch(
      /https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/,
    );
    expect(await response.text()).not.toMatch(/(?:src|href)="(?!\/[^/])/);
  });
});
