// The session cookie, and requests from other pages.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { app } from "../../src/gateway/app";
import { PASSWORD } from "../contract/samples";
import { ORIGIN, openDirect, type Person, register, request } from "../support/http";
import { accessToken } from "../support/socket";

const FOREIGN = "https://mallory.test";
const FRIEND = "https://friend.test";

let alice: Person;
let cookie: string;

beforeAll(async () => {
  alice = await register("alice");
  cookie = (await signInPage()).headers.get("set-cookie")?.split(";")[0] ?? expect.fail("no cookie was set");
});

const signInPage = () =>
  request("/v1/sessions", {
    method: "POST",
    body: { handle: alice.handle, password: PASSWORD },
    headers: { origin: ORIGIN },
  });
const rename = (headers: Record<string, string>) =>
  request("/v1/me", { method: "PATCH", body: { name: "Alice" }, headers });
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code ?? response.status;

describe("the session cookie", () => {
  test("is host-only, secure and hidden from scripts, and the token is nowhere else in the answer", async () => {
    const response = await signInPage();
    const [session = "", device = ""] = response.headers.getSetCookie();
    const [pair = "", ...attributes] = session.split("; ");
    expect(device).toMatch(/^__Host-parley-device=pd1\./);
    expect(pair).toMatch(/^__Host-parley=ps_[\w-]{43}$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=7776000", "Path=/", "SameSite=Lax", "Secure"]);
    const body = await response.json();
    expect(body).not.toHaveProperty("token");
    expect(body).not.toHaveProperty("deviceProof");
  });

  test("is not set if the client keeps the token", async () => {
    const body = { handle: alice.handle, password: PASSWORD, keep: "token" };
    expect((await request("/v1/sessions", { method: "POST", body })).headers.get("set-cookie")).toBeNull();
  });

  test("authenticates our own page for reads and writes", async () => {
    expect((await request("/v1/me", { headers: { cookie } })).status).toBe(200);
    expect((await rename({ cookie, origin: ORIGIN })).status).toBe(200);
  });

  test("[S5] does not authenticate writes without an origin or with a foreign one", async () => {
    expect(await codeOf(await rename({ cookie }))).toBe("origin_refused");
    expect(await codeOf(await rename({ cookie, origin: FOREIGN }))).toBe("origin_refused");
    expect(await codeOf(await rename({ cookie, origin: "null" }))).toBe("origin_refused");
    expect(await codeOf(await rename({ cookie, "sec-fetch-site": "cross-site" }))).toBe("origin_refused");
  });

  test("is cleared when its own session ends, and not when another does", async () => {
    const own = (await signInPage()).headers.get("set-cookie")?.split(";")[0] ?? "";
    const headers = { cookie: own, origin: ORIGIN };
    const response = await request("/v1/sessions/current", { method: "DELETE", headers });
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toMatch(
      /^__Host-parley=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await request("/v1/me", { headers: { cookie: own } })).status).toBe(401);
    expect((await request("/v1/me", { headers: { cookie } })).status).toBe(200);
  });

  test("is ignored if the request has a token", async () => {
    const bob = await register("bob");
    expect(await (await request("/v1/me", { token: bob.token, headers: { cookie } })).json()).toMatchObject({
      id: bob.id,
    });
    expect((await request("/v1/me", { token: "ps_nothing", headers: { cookie } })).status).toBe(401);
  });
});

describe("[S5] a foreign page", () => {
  test.each(["POST /v1/sessions", "POST /v1/accounts", "PUT /v1/me/password", "DELETE /v1/sessions/current"])(
    "may not %s, with or without a session",
    async (key) => {
      const [method = "", path = ""] = key.split(" ");
      for (const headers of [{ origin: FOREIGN }, { origin: FOREIGN, cookie }]) {
        const body = method === "DELETE" ? {} : { body: { handle: alice.handle, password: PASSWORD } };
        expect(await codeOf(await request(path, { method, headers, ...body }))).toBe("origin_refused");
      }
    },
  );

  test("cannot open a socket, even with a valid token", async () => {
    const channel = await openDirect(alice, alice);
    const protocols = `parley.v1, token.${await accessToken(alice.token)}`;
    for (const path of ["/v1/socket", `/v1/channels/${channel}/socket`]) {
      const headers = { upgrade: "websocket", "sec-websocket-protocol": protocols, origin: FOREIGN };
      expect(await codeOf(await request(path, { headers }))).toBe("origin_refused");
      const own = await request(path, { headers: { ...headers, origin: ORIGIN } });
      expect(own.status).toBe(101);
      own.webSocket?.accept();
      own.webSocket?.close();
    }
  });

  test("gets no CORS header", async () => {
    const response = await request("/v1/me", { headers: { origin: FOREIGN, cookie } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("a page of an origin that the operator allows", () => {
  const bindings = { ...env, ALLOWED_ORIGINS: `https://other.test ${FRIEND}` };
  const ask = (path: string, method: string, headers: Record<string, string>, body?: object) =>
    app.fetch(
      new Request(ORIGIN + path, {
        method,
        headers: { origin: FRIEND, "content-type": "application/json", ...headers },
        ...(body && { body: JSON.stringify(body) }),
      }),
      bindings,
      createExecutionContext(),
    );

  test("is authenticated by a token", async () => {
    const response = await ask("/v1/me", "PATCH", { authorization: `Bearer ${alice.token}` }, { name: "Alice" });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(FRIEND);
  });

  test("is never authenticated by the cookie", async () => {
    expect(await codeOf(await ask("/v1/me", "PATCH", { cookie }, { name: "Alice" }))).toBe("origin_refused");
    expect(await codeOf(await ask("/v1/me", "GET", { cookie }))).toBe("origin_refused");
  });

  test("may send preflight requests", async () => {
    const headers = {
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "authorization,content-type",
    };
    const response = await ask("/v1/me", "OPTIONS", headers);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(response.headers.get("access-control-allow-headers")).toContain("authorization");
  });
});
