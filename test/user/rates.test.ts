// Rates of frames and commands on both sockets: every frame is charged before it is read.
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { commandCosts } from "../../src/domain/command-costs";
import {
  type ChannelCommand,
  channelCommand,
  closeAction,
  closeCodes,
  type RateName,
  type UserCommand,
  userCommand,
} from "../../src/protocol";
import { openDirect, openGroup, type Person, register, request } from "../support/http";
import { openPair } from "../support/pair";
import { ONCE, reload, resetRates, setRates } from "../support/rates";
import { accessToken, composedAt, type Device, openSocket } from "../support/socket";

afterEach(resetRates);

const sockets = {
  user: () => "/v1/socket",
  channel: (channel: string) => `/v1/channels/${channel}/socket`,
};

/** Opens a socket of alice in an object that is loaded with changed rates. */
async function openLimited(kind: keyof typeof sockets, changed: Partial<Record<RateName, number>>) {
  const pair = await openPair();
  setRates(Object.fromEntries(Object.entries(changed).map(([name, burst]) => [name, { ...ONCE, burst }])));
  await reload([env.CHANNELS.getByName(pair.channel), env.USERS.getByName(pair.alice.id)]);
  const device = await openSocket(sockets[kind](pair.channel), await accessToken(pair.alice.token));
  await device.until((frame) => frame.type === "hello");
  return { ...pair, device };
}

describe.each(Object.keys(sockets) as (keyof typeof sockets)[])("[S137] the %s socket", (kind) => {
  test("is closed by a flood of frames, whatever they hold, and the client may resume", async () => {
    const { device } = await openLimited(kind, { frame: 6 });
    for (let times = 0; times < 8; times++) device.socket.send("not JSON");
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.rateLimited });
    expect(closeAction(closeCodes.rateLimited)).toBe("resume");
    // A frame costs a little more than one token. The sixth was not decoded, or it would be
    // answered.
    expect(device.frames.filter(({ type }) => type === "error")).toHaveLength(5);
  });

  test("charges a frame by its size before it is decoded", async () => {
    const { device } = await openLimited(kind, { frame: 30 });
    device.socket.send("x".repeat(1_000_000));
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.rateLimited });
    expect(device.frames.filter(({ type }) => type === "error")).toEqual([]);
  });

  test("is closed by unreadable frames beyond the rate of commands", async () => {
    const { device } = await openLimited(kind, { ask: 6 });
    for (let times = 0; times < 8; times++) device.socket.send('{"id":"1","type":"nonsense"}');
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.unreadable });
    expect(device.frames.filter(({ type }) => type === "error")).toHaveLength(5);
  });

  test("charges frames of one person over all of their sockets", async () => {
    const { device, alice, channel } = await openLimited(kind, { frame: 6 });
    const other = await openSocket(sockets[kind](channel), await accessToken(alice.token));
    for (let times = 0; times < 5; times++) device.socket.send("not JSON");
    await expect.poll(() => device.frames.filter(({ type }) => type === "error").length).toBe(5);
    other.socket.send("not JSON");
    other.socket.send("not JSON");
    expect(await other.untilClosed()).toMatchObject({ code: closeCodes.rateLimited });
  });
});

describe("[S136] every command", () => {
  type Unnumbered<C> = C extends { id: string } ? Omit<C, "id"> : never;
  const media = { muted: true, camera: false, screen: false, hand: false };
  const onMessage = () => ({ ...composedAt("0", 0), seq: 1 });
  const channelSamples: { [T in ChannelCommand["type"]]: () => Unnumbered<Extract<ChannelCommand, { type: T }>> } = {
    "message.send": () => ({ type: "message.send", ...composedAt("0", 0), text: "hello" }),
    "message.edit": () => ({ type: "message.edit", ...onMessage(), text: "hello" }),
    "message.delete": () => ({ type: "message.delete", ...onMessage() }),
    "reaction.add": () => ({ type: "reaction.add", ...onMessage(), emoji: "👍" }),
    "reaction.remove": () => ({ type: "reaction.remove", ...onMessage(), emoji: "👍" }),
    "message.pin": () => ({ type: "message.pin", ...onMessage() }),
    "message.unpin": () => ({ type: "message.unpin", ...onMessage() }),
    "thread.follow": () => ({ type: "thread.follow", ...onMessage() }),
    "thread.unfollow": () => ({ type: "thread.unfollow", ...onMessage() }),
    "channel.subscribe": () => ({ type: "channel.subscribe" }),
    "history.page": () => ({ type: "history.page", query: { limit: 50 } }),
    "read.mark": () => ({ type: "read.mark", seq: 1 }),
    "read.unmark": () => ({ type: "read.unmark", seq: 1 }),
    "typing.start": () => ({ type: "typing.start" }),
    "view.set": () => ({ type: "view.set", background: true }),
    "call.start": () => ({ type: "call.start", media }),
    "call.join": () => ({ type: "call.join", call: 1, media }),
    "call.leave": () => ({ type: "call.leave" }),
    "call.decline": () => ({ type: "call.decline", call: 1 }),
    "call.signal": () => ({ type: "call.signal", to: 1, restart: true }),
    "call.state": () => ({ type: "call.state", ...media }),
    "call.roster": () => ({ type: "call.roster" }),
  };
  const userSamples: { [T in UserCommand["type"]]: () => Unnumbered<Extract<UserCommand, { type: T }>> } = {
    "inbox.sync": () => ({ type: "inbox.sync", after: 0 }),
    "presence.watch": () => ({ type: "presence.watch", users: [] }),
    "presence.active": () => ({ type: "presence.active", active: false }),
  };

  test("of the schemas has a cost, and every cost a command", () => {
    const types = [...channelCommand.options, ...userCommand.options].map(({ shape }) => shape.type.value);
    expect(Object.keys(commandCosts).sort()).toEqual(types.toSorted());
    expect(Object.values(commandCosts).every(({ tokens }) => tokens >= 1)).toBe(true);
  });

  const cases = [
    ...Object.entries(channelSamples).map(([type, sample]) => ({ kind: "channel" as const, type, sample })),
    ...Object.entries(userSamples).map(([type, sample]) => ({ kind: "user" as const, type, sample })),
  ];
  test.each(cases)("$type is refused beyond its rate", async ({ kind, type, sample }) => {
    const { bucket, tokens } = commandCosts[type as keyof typeof commandCosts];
    const { device } = await openLimited(kind, { [bucket]: tokens });
    device.send(sample());
    const refused = device.send(sample());
    expect(await device.answer(refused, "error")).toMatchObject({ code: "rate_limited", temporary: true });
  });
});

/** Opens a group of alice with others, and her socket in a user object with changed rates. */
async function watcherOf(people: number, ask: number): Promise<{ device: Device; ids: string[] }> {
  const alice = await register("alice");
  const others: Person[] = [];
  for (let index = 0; index < people; index++) others.push(await register(`watched${index}`));
  await openGroup(alice, others);
  setRates({ ask: { ...ONCE, burst: ask } });
  await reload([env.USERS.getByName(alice.id)]);
  const device = await openSocket("/v1/socket", await accessToken(alice.token));
  return { device, ids: others.map(({ id }) => id) };
}

test("[S136] a watch costs by the people who are new in its list, before any of them is asked", async () => {
  const { device, ids } = await watcherOf(10, 6);
  // 1 token for the command and 2 for ten people.
  const first = await device.answer(device.send({ type: "presence.watch", users: ids }), "presence");
  expect(first.people).toHaveLength(10);
  await device.answer(device.send({ type: "presence.watch", users: ids }), "presence");
  await device.answer(device.send({ type: "presence.watch", users: [] }), "presence");
  const refused = device.send({ type: "presence.watch", users: ids });
  expect(await device.answer(refused, "error")).toMatchObject({ code: "rate_limited" });
});

test("[S136] pages of history cost by their bytes", async () => {
  const { a, alice, channel, epoch } = await openPair();
  const text = "가".repeat(90_000);
  const { head } = await a.until((frame) => frame.type === "ready");
  for (let times = 0; times < 3; times++) a.send({ type: "message.send", ...composedAt(epoch, head), text });
  await a.event(head + 3);
  setRates({ ask: { ...ONCE, burst: 3 } });
  await reload([env.CHANNELS.getByName(channel)]);
  const device = await openSocket(sockets.channel(channel), await accessToken(alice.token));
  const page = () => device.send({ type: "history.page", query: { limit: 50 } });
  await device.answer(page(), "page");
  // The first page cost 1 token and 1.4 for its one long message, so less than one is left.
  expect(await device.answer(page(), "error")).toMatchObject({ code: "rate_limited" });
});

test("[S136] the commands of one request are charged together, before any of them is read", async () => {
  const { alice, channel } = await openPair();
  setRates({ frame: { ...ONCE, burst: 10 } });
  await reload([env.CHANNELS.getByName(channel)]);
  const commands = (count: number) => Array.from({ length: count }, (_, id) => ({ id: String(id), type: "nonsense" }));
  const run = async (count: number) => {
    const path = `/v1/channels/${channel}/commands`;
    return (await request(path, { method: "POST", token: alice.token, body: { commands: commands(count) } })).status;
  };
  expect([await run(8), await run(8)]).toEqual([200, 429]);
});

test("[S50] beyond the rate of a channel a stranger still cannot tell that it exists", async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const channel = await openDirect(alice, bob);
  setRates({ ask: ONCE });
  await reload([env.CHANNELS.getByName(channel)]);
  for (const id of [channel, channel, channel, "c_nowhere"]) {
    expect((await request(`/v1/channels/${id}/pins`, { token: carol.token })).status).toBe(404);
  }
});
