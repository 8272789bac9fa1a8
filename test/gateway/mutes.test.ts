// Mutes over HTTP: the server's clock decides when they end.
import { expect, test } from "vitest";
import { MUTED_FOREVER, type Mute, timeOfDay } from "../../src/protocol";
import { openDirect, type Person, register, request } from "../support/http";

const HOUR_MS = 3_600_000;

const put = (person: Person, channel: string, body: object) =>
  request(`/v1/channels/${channel}/mute`, { method: "PUT", token: person.token, body });

async function open() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  return { alice, channel: await openDirect(alice, bob) };
}

test("[S168] for an hour is an hour by the server's clock", async () => {
  const { alice, channel } = await open();
  const before = Date.now();
  const answer = await put(alice, channel, { forMs: HOUR_MS });
  const { until, channel: muted } = await answer.json<Mute>();
  expect([answer.status, muted]).toEqual([200, channel]);
  expect(until).toBeGreaterThanOrEqual(before + HOUR_MS);
  expect(until).toBeLessThanOrEqual(Date.now() + HOUR_MS);
  expect((await put(alice, channel, { forMs: Number.MAX_SAFE_INTEGER }).then((one) => one.json<Mute>())).until).toBe(
    MUTED_FOREVER,
  );
});

test("[S168] until tomorrow is tomorrow in the time zone, by the server's clock", async () => {
  const { alice, channel } = await open();
  for (const zone of ["Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati"]) {
    const before = timeOfDay(zone, Date.now(), 1, 480);
    const { until } = await (await put(alice, channel, { tomorrow: { zone, minute: 480 } })).json<Mute>();
    expect([before, timeOfDay(zone, Date.now(), 1, 480)]).toContain(until);
  }
});

test("[S168] an end in the past is refused and changes nothing", async () => {
  const { alice, channel } = await open();
  for (const until of [1, Date.now() - HOUR_MS, Date.now() - 1]) {
    const answer = await put(alice, channel, { until });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: "time_passed", temporary: false }]);
  }
  for (const until of [Date.now() + HOUR_MS, MUTED_FOREVER, 0])
    expect((await put(alice, channel, { until })).status).toBe(204);
  const { mutes } = await (await request("/v1/me/export", { token: alice.token })).json<{ mutes: Mute[] }>();
  expect(mutes).toEqual([{ channel, until: 0 }]);
});

test("[S168] anything else is invalid", async () => {
  const { alice, channel } = await open();
  const wrong = [
    ...[{}, { until: -1 }, { until: 1.5 }, { forMs: 0 }, { forMs: -1 }, { forMs: "3600000" }, { until: 0, forMs: 1 }],
    ...[{ tomorrow: { zone: "Asia/Atlantis", minute: 0 } }, { tomorrow: { zone: "Asia/Seoul", minute: 1440 } }],
  ];
  for (const body of wrong) {
    const answer = await put(alice, channel, body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: "invalid" }]);
  }
});
