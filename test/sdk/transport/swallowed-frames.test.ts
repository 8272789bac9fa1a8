// A frame that is lost on an open socket [S14]: it is noticed within seconds, sent again and
// reported. Heartbeats still arrive, so only the missing answer tells.
import { beforeEach, describe, expect, test } from "vitest";
import { PING } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import type { FakeSocket } from "../support/fake-socket";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let warnings: string[];

/** What "within seconds" is: the patience, half of it again, and the pause before a connection. */
const SECONDS_MS = 8_000;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  warnings = [];
  alice = server.client("alice", { onWarning: (warning) => warnings.push(warning) });
});

/** Swallows the first frame whose text has `part`. */
function swallowOnce(socket: FakeSocket, part: string): void {
  let isDone = false;
  socket.swallows = (text) => {
    const isSwallowed = !isDone && text.includes(part);
    isDone ||= isSwallowed;
    return isSwallowed;
  };
}

const opened = async () => {
  await alice.connect();
  const channel = alice.channel("c_1");
  await channel.open();
  return channel;
};
const sentTexts = () => server.log("c_1").messages.map(({ body }) => (body.state === "live" ? body.text : null));

describe.each([
  ["a message on its way to the server", '"message.send"'],
  ["the event that acknowledges it", '"events"'],
])("%s", (_, part) => {
  test("is noticed, sent again once and reported", async () => {
    const channel = await opened();
    swallowOnce(server.socket("c_1"), part);
    channel.send("over the hills");
    await settle();
    expect(channel.view.get().messages.at(-1)?.delivery.state).toBe("sending");
    await server.clock.advance(SECONDS_MS);
    expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "over the hills", delivery: { state: "sent" } });
    expect(sentTexts()).toEqual(["hello", "over the hills"]);
    expect(warnings).toEqual(["/v1/channels/c_1/socket: message.send got no answer; connecting again"]);
  });
});

test("the state of the connection says why it waits", async () => {
  await alice.connect();
  const states: unknown[] = [];
  alice.connection.subscribe(() => states.push(alice.connection.get()));
  swallowOnce(server.socket(null), '"presence.watch"');
  alice.presence.of("u_bob").subscribe(() => {});
  await server.clock.advance(SECONDS_MS);
  const error = { code: "offline", temporary: true, detail: "presence.watch got no answer" };
  expect(states[0]).toMatchObject({ state: "waiting", error });
  expect(states.at(-1)).toEqual({ state: "online", transport: "socket" });
});

test.each(["message.edit", "message.delete", "reaction.add", "message.pin", "thread.follow"])(
  "a swallowed %s takes effect",
  async (type) => {
    const channel = await opened();
    await channel.send("mine");
    swallowOnce(server.socket("c_1"), `"${type}"`);
    if (type === "message.edit") channel.edit(2, "changed");
    else if (type === "message.delete") channel.remove(2);
    else if (type === "reaction.add") channel.react(2, "👍");
    else if (type === "message.pin") channel.pin(2);
    else channel.follow(2);
    await server.clock.advance(SECONDS_MS);
    expect(server.commands("c_1", type as "message.pin")).toHaveLength(2);
    expect(warnings).toEqual([`/v1/channels/c_1/socket: ${type} got no answer; connecting again`]);
    expect(channel.view.get().messages.every(({ delivery }) => delivery.state === "sent")).toBe(true);
  },
);

test("a swallowed read mark arrives", async () => {
  const channel = await opened();
  swallowOnce(server.socket("c_1"), '"read.mark"');
  channel.markRead(1);
  await server.clock.advance(SECONDS_MS);
  expect(server.commands("c_1", "read.mark")).toHaveLength(2);
});

test.each(["channel.subscribe", "ready"])("a swallowed %s does not leave the channel loading", async (type) => {
  await alice.connect();
  let isDone = false;
  server.onAccept = (socket) => {
    if (!isDone && socket.channel === "c_1") swallowOnce(socket, `"${type}"`);
    isDone ||= socket.channel === "c_1";
  };
  const channel = alice.channel("c_1");
  const live = channel.open();
  await server.clock.advance(SECONDS_MS);
  await live;
  expect(channel.view.get().phase).toBe("live");
});

test.each(["inbox.sync", '"inbox"'])("a swallowed %s does not keep connect waiting", async (part) => {
  let isDone = false;
  server.onAccept = (socket) => {
    if (!isDone) swallowOnce(socket, part);
    isDone = true;
  };
  const connected = alice.connect();
  await server.clock.advance(SECONDS_MS);
  await connected;
  expect(alice.inbox.get()).not.toBeNull();
});

test("a swallowed page of the history is loaded all the same", async () => {
  for (let i = 0; i < 120; i++) server.log("c_1").say("u_bob", `older ${i}`);
  const channel = await opened();
  swallowOnce(server.socket("c_1"), '"history.page"');
  const loaded = channel.loadBefore();
  await server.clock.advance(SECONDS_MS);
  await loaded;
  expect(channel.view.get().messages.length).toBeGreaterThan(50);
});

describe("a slow answer", () => {
  test("is waited for while the heartbeat behind its command gets none", async () => {
    const channel = await opened();
    const socket = server.socket("c_1");
    const large = "x".repeat(50_000);
    // A slow network: nothing of what is sent arrives yet, the heartbeat included.
    socket.isHeld = true;
    channel.send(large);
    await server.clock.advance(30_000);
    expect(socket.isOpen).toBe(true);
    socket.release();
    await settle();
    expect(channel.view.get().messages.at(-1)?.delivery.state).toBe("sent");
    expect(warnings).toEqual([]);
  });

  test("gets twice as long after every verdict, so that a slow server is reached at last", async () => {
    const channel = await opened();
    const answersAfterMs = 15_000;
    const delayed = (socket: FakeSocket) => {
      const { onCommand } = socket;
      socket.onCommand = (text) => {
        if (text.includes("message.send")) server.clock.setTimeout(() => onCommand(text), answersAfterMs);
        else onCommand(text);
      };
    };
    server.onOpen = delayed;
    delayed(server.socket("c_1"));
    channel.send("patience");
    await server.clock.advance(120_000);
    expect(sentTexts()).toEqual(["hello", "patience"]);
    expect(channel.view.get().messages.at(-1)?.delivery.state).toBe("sent");
    expect(warnings.length).toBeLessThan(5);
  });

  test("of nothing is not awaited: typing has no answer", async () => {
    const channel = await opened();
    const socket = server.socket("c_1");
    channel.typing();
    await server.clock.advance(60_000);
    expect(socket.sent.some((text) => text.includes("typing.start"))).toBe(true);
    expect(socket.isOpen).toBe(true);
    expect(warnings).toEqual([]);
  });
});

test("a dead socket is noticed within seconds of a message, too", async () => {
  const channel = await opened();
  server.socket("c_1").swallows = (text) => text !== PING;
  server.socket("c_1").isDead = true;
  channel.send("anybody there?");
  await server.clock.advance(10_000);
  expect(channel.view.get().messages.at(-1)?.delivery.state).toBe("sent");
});

test("an open socket without commands sends no more heartbeats than before", async () => {
  await opened();
  const { pings } = server.socket("c_1");
  await server.clock.advance(25_000);
  expect(server.socket("c_1").pings).toBe(pings);
});
