// Where the platform places the channels of a guild: near its creator.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { app } from "../../src/gateway/app";
import { deliverOverdueRosters } from "../../src/gateway/operations/roster-delivery";
import type { GuildView } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { change, openGuild } from "../support/guild";
import { ORIGIN, openGroup, type Person, register } from "../support/http";

const ofSeoul = { continent: "AS", country: "KR", longitude: "126.9" };

/** Sends a request with the place that the platform says it comes from. */
async function sendFrom(cf: object | undefined, person: Person, path: string, body: object, bindings: Env) {
  const headers = { authorization: `Bearer ${person.token}`, "content-type": "application/json" };
  const sent = new Request<unknown, IncomingRequestCfProperties>(ORIGIN + path, {
    ...{ method: "POST", headers, body: JSON.stringify(body) },
    ...(cf && { cf: cf as IncomingRequestCfProperties }),
  });
  const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} } as unknown as ExecutionContext;
  const response = await app.fetch(sent, bindings, context);
  expect(response.status).toBe(200);
  return await response.json<GuildView>();
}

/** The bindings, with a record of the hint of each request to the object of a channel. */
function recorded() {
  const hints = new Map<string, (string | undefined)[]>();
  const channels = new Proxy(env.CHANNELS, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "getByName") return value.bind(target);
      return (id: string, options?: DurableObjectNamespaceGetDurableObjectOptions) => {
        hints.set(id, [...(hints.get(id) ?? []), options?.locationHint]);
        return target.getByName(id, options);
      };
    },
  });
  return { hints, bindings: { ...env, CHANNELS: channels } as Env };
}

const newGuild = () => ({ nonce: crypto.randomUUID(), name: "Harbour", template: "team" });

test("the first request to each channel of a guild carries the hint of its creator's region", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const { hints, bindings } = recorded();
  const guild = await sendFrom(ofSeoul, alice, "/v1/guilds", newGuild(), bindings);
  expect(hints.size).toBe(guild.channels.length);
  expect([...hints.values()].flat()).toEqual(guild.channels.map(() => "apac"));

  // A later channel too, wherever the person is who creates it.
  await change(alice, guild.id, "PUT", `members/${bob.id}`);
  await change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions: ["view", "manage_channels"] });
  hints.clear();
  const body = { nonce: crypto.randomUUID(), name: "help" };
  await sendFrom({ continent: "SA" }, bob, `/v1/guilds/${guild.id}/channels`, body, bindings);
  const added = [...hints].filter(([id]) => !guild.channels.some((channel) => channel.id === id));
  expect(added.map(([, all]) => all[0])).toEqual(["apac"]);
});

test("a delivery that the cron repeats carries the hint too, and a group has none", async () => {
  const alice = await register("alice");
  const { hints, bindings } = recorded();
  const group = await openGroup(alice, []);
  const guild = await sendFrom(ofSeoul, alice, "/v1/guilds", newGuild(), env);
  const late = guild.channels[0]?.id ?? "";
  for (const id of [late, group])
    await env.DIRECTORY.prepare(
      "INSERT INTO roster_outbox (object, revision, session, actor, subject, created_at, next_at) VALUES (?, 99, '', ?, '', 0, 0)",
    )
      .bind(id, alice.id)
      .run();
  await deliverOverdueRosters(bindings, db, Date.now(), Date.now() + 5_000);
  expect([hints.get(late), hints.get(group)]).toEqual([["apac"], [undefined]]);
});

test("without a known place, and in a guild of an earlier version, there is no hint", async () => {
  const alice = await register("alice");
  const { hints, bindings } = recorded();
  const guild = await sendFrom(undefined, alice, "/v1/guilds", newGuild(), bindings);
  expect(new Set([...hints.values()].flat())).toEqual(new Set([undefined]));
  const { id } = await openGuild(alice);
  const regions = "SELECT region FROM guilds WHERE id IN (?, ?)";
  expect(await rowsOf(regions, guild.id, id)).toEqual([{ region: null }, { region: null }]);
});
