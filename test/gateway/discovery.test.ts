// What `GET /v1/gateway` says of the server, beside the access token.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { app } from "../../src/gateway/app";
import { type GatewayAnswer, gatewayAnswer, limits, locationHint, type ServerInfo } from "../../src/protocol";
import { call, ORIGIN, type Person, register, request } from "../support/http";
import { resetRates, setRates } from "../support/rates";
import { openSocket } from "../support/socket";

let alice: Person;
beforeAll(async () => {
  alice = await register("alice");
});

const answer = () => call<GatewayAnswer>("/v1/gateway", { token: alice.token });
const info = async (): Promise<ServerInfo> => (await answer()).server ?? expect.fail("the server says nothing");

/** Runs with other variables of the deployment. */
async function withVariables<T>(
  changed: { [Name in keyof Env]?: Env[Name] | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const variables = env as unknown as Record<string, unknown>;
  const before = Object.fromEntries(Object.keys(changed).map((name) => [name, variables[name]]));
  Object.assign(variables, changed);
  try {
    return await work();
  } finally {
    Object.assign(variables, before);
  }
}

describe("[S182] the server says", () => {
  test("where it answers, and the addresses work", async () => {
    const { token, server } = await answer();
    expect(server?.addresses).toEqual({
      api: `${ORIGIN}/v1`,
      userSocket: "wss://parley.test/v1/socket",
      channelSocket: "wss://parley.test/v1/channels/{channel}/socket",
      guildSocket: "wss://parley.test/v1/guilds/{guild}/socket",
      invite: `${ORIGIN}/i/{code}`,
    });
    const device = await openSocket(new URL(server?.addresses.userSocket ?? "").pathname, token);
    expect(await device.until((frame) => frame.type === "hello")).toMatchObject({ user: alice.id });
    device.close();
    expect((await request(`${server?.addresses.api.slice(ORIGIN.length)}/me`, { token: alice.token })).status).toBe(
      200,
    );
  });

  test("which limits and rates are in force", async () => {
    const { limits: shown } = await info();
    expect(shown).toMatchObject({ messageCodePoints: 100_000, groupMembers: 100, invitesPerTarget: 50 });
    for (const [name, value] of Object.entries(shown)) expect(Reflect.get(limits, name), name).toBe(value);
    setRates({ send: { burst: 7, everyMs: 70 } });
    try {
      expect((await info()).rates.send).toEqual({ burst: 7, everyMs: expect.closeTo(70, 1) });
    } finally {
      resetRates();
    }
  });

  test("what it offers, by its configuration", async () => {
    const { features, push } = await info();
    expect(features).toEqual(["search", "requests", "invites", "registration", "guildInvites", "guildHeads", "calls"]);
    expect(push).toEqual({ web: true, apps: false });
    await withVariables({ FCM_ACCOUNT: "{}", VAPID_KEYS: "none" }, async () => {
      expect((await info()).push).toEqual({ web: false, apps: true });
    });
    // A deployment from before notifications has no such secret, and its clients still connect.
    await withVariables({ VAPID_KEYS: undefined }, async () => {
      expect((await info()).push).toEqual({ web: false, apps: false });
    });
  });

  test("where it answers from, if the platform says so", async () => {
    const ask = async (cf?: object): Promise<ServerInfo["region"] | undefined> => {
      const sent = new Request(`${ORIGIN}/v1/gateway`, { headers: { authorization: `Bearer ${alice.token}` } });
      Object.defineProperty(sent, "cf", { value: cf });
      const context = {
        waitUntil: () => {},
        passThroughOnException: () => {},
        props: {},
      } as unknown as ExecutionContext;
      const response = await app.fetch(sent, env, context);
      return gatewayAnswer.parse(await response.json()).server?.region;
    };
    const hints = locationHint.options;
    expect(await ask({ colo: "ICN", continent: "AS", country: "KR", longitude: "126.9" })).toEqual({
      servedFrom: "ICN",
      hint: "apac",
      hints,
    });
    expect(await ask()).toEqual({ servedFrom: null, hint: null, hints });
  });
});

test("[S182] an answer of an earlier server, which says nothing of itself, can be read", async () => {
  const { server: _, ...earlier } = await answer();
  expect(gatewayAnswer.parse(earlier)).toEqual(earlier);
});
