// Settings of notifications, which both the user object and the directory store.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { openDirectory } from "../../src/directory/database";
import { putNotificationSetting } from "../../src/directory/notification-settings";
import { type Person, removeMember, request } from "../support/http";
import { openPair, openTrio } from "../support/pair";
import { ONCE, reload, resetRates, setRates } from "../support/rates";
import { attach } from "../support/socket";

const variables = env as { DIRECTORY: D1Database };
const directory = variables.DIRECTORY;

afterEach(() => {
  variables.DIRECTORY = directory;
  resetRates();
});

/**
 * Makes the writes of settings to the directory fail while `isBroken` says so. Objects that are
 * loaded from now on use this directory.
 */
function breakDirectory(isBroken: () => boolean): void {
  variables.DIRECTORY = new Proxy(directory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        const writes =
          name === "prepare" && /^(insert into "notify_channels"|update "accounts")/.test(String(given[0]));
        if (writes && isBroken()) throw new Error("D1_ERROR: the directory is not available");
        return value.apply(target, given);
      };
    },
  });
}

const userObject = ({ id }: Person) => env.USERS.getByName(id);
/** Ends of mutes that are not over. */
const [FIRST, SECOND] = [4_000_000_000_000, 4_100_000_000_000];
const putMute = async (person: Person, channel: string, until: number) =>
  (
    await request(`/v1/channels/${channel}/mute`, {
      method: "PUT",
      token: person.token,
      body: { until },
    })
  ).status;

/** Returns what push obeys: the mute in the directory. */
async function mutedInDirectory({ id }: Person, channel: string): Promise<number | null> {
  const query = "SELECT muted_until FROM notify_channels WHERE user = ? AND channel = ?";
  const row = await directory.prepare(query).bind(id, channel).first<{ muted_until: number }>();
  return row?.muted_until ?? null;
}

/** Returns what the devices show: the mute in the user object. */
async function mutedOnDevices(person: Person, channel: string): Promise<number | null> {
  const { mutes } = await userObject(person).storedData(0);
  return mutes.find((mute) => mute.channel === channel)?.until ?? null;
}

describe("[S141] a setting of notifications", () => {
  test("that the object refuses reaches neither the devices nor push", async () => {
    const { bob, channel } = await openPair();
    setRates({ ask: ONCE });
    await reload([userObject(bob)]);
    expect(await putMute(bob, channel, FIRST)).toBe(204);
    expect(await putMute(bob, channel, SECOND)).toBe(429);
    expect([await mutedOnDevices(bob, channel), await mutedInDirectory(bob, channel)]).toEqual([FIRST, FIRST]);
  });

  test("that the directory misses is answered as temporary and written by the alarm", async () => {
    const { bob, channel } = await openPair();
    expect(await putMute(bob, channel, FIRST)).toBe(204);
    let isBroken = true;
    breakDirectory(() => isBroken);
    await reload([userObject(bob)]);
    expect(await putMute(bob, channel, SECOND)).toBe(503);
    expect([await mutedOnDevices(bob, channel), await mutedInDirectory(bob, channel)]).toEqual([SECOND, FIRST]);
    isBroken = false;
    // The object is loaded again, as after a crash: what is missing is stored, not remembered.
    await reload([userObject(bob)]);
    expect(await runDurableObjectAlarm(userObject(bob))).toBe(true);
    await expect.poll(() => mutedInDirectory(bob, channel)).toBe(SECOND);
  });

  test("is written with the next one, each with its newest value", async () => {
    const { bob, channel } = await openPair();
    let isBroken = true;
    breakDirectory(() => isBroken);
    await reload([userObject(bob)]);
    const level = { method: "PUT", token: bob.token, body: { level: "nothing" } };
    expect(await putMute(bob, channel, FIRST)).toBe(503);
    expect(await putMute(bob, channel, SECOND)).toBe(503);
    isBroken = false;
    expect((await request(`/v1/channels/${channel}/level`, level)).status).toBe(204);
    const query = "SELECT level, muted_until FROM notify_channels WHERE user = ? AND channel = ?";
    expect(await directory.prepare(query).bind(bob.id, channel).first()).toEqual({
      level: "nothing",
      muted_until: SECOND,
    });
  });

  test("that is changed many times at once ends equal in both places", async () => {
    const { bob, channel } = await openPair();
    const values = Array.from({ length: 12 }, (_, index) => FIRST + index);
    const statuses = await Promise.all(values.map((until) => putMute(bob, channel, until)));
    expect(statuses).toEqual(values.map(() => 204));
    const shown = await mutedOnDevices(bob, channel);
    expect(shown).not.toBeNull();
    expect(await mutedInDirectory(bob, channel)).toBe(shown);
  });

  test("of all channels is repeated too", async () => {
    const { bob } = await openPair();
    let isBroken = true;
    breakDirectory(() => isBroken);
    await reload([userObject(bob)]);
    const body = { previews: false, quiet: null };
    const put = { method: "PUT", token: bob.token, body };
    expect((await request("/v1/me/notifications", put)).status).toBe(503);
    isBroken = false;
    // An alarm that comes too early writes nothing, and is set again.
    await runDurableObjectAlarm(userObject(bob));
    expect(await runInDurableObject(userObject(bob), (_, { storage }) => storage.getAlarm())).not.toBeNull();
    await reload([userObject(bob)]);
    await runDurableObjectAlarm(userObject(bob));
    const shown = await (await request("/v1/me/notifications", { token: bob.token })).json();
    expect(shown).toEqual(body);
  });

  test("of a channel that the person left is not written later", async () => {
    const { alice, bob, channel } = await openTrio();
    let isBroken = true;
    breakDirectory(() => isBroken);
    await reload([userObject(bob)]);
    expect(await putMute(bob, channel, FIRST)).toBe(503);
    const device = await attach(bob);
    expect((await removeMember(alice, channel, bob)).status).toBe(204);
    await expect.poll(() => mutedOnDevices(bob, channel)).toBeNull();
    isBroken = false;
    await reload([userObject(bob)]);
    await runDurableObjectAlarm(userObject(bob));
    expect(await mutedInDirectory(bob, channel)).toBeNull();
    // Also if the write was already on its way when the person left.
    const late = { kind: "mute", mute: { channel, until: FIRST } } as const;
    await putNotificationSetting(openDirectory(directory), bob.id, late);
    expect(await mutedInDirectory(bob, channel)).toBeNull();
    device.close();
  });
});
