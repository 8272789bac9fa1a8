// How every socket treats frames, before any command.
import { beforeAll, describe, expect, test } from "vitest";
import { closeCodes, limits, PING, PONG, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../src/protocol";
import { openDirect, type Person, register, request } from "../support/http";
import { accessToken, openSocket } from "../support/socket";

let alice: Person;
let channel: string;

beforeAll(async () => {
  alice = await register("alice");
  channel = await openDirect(alice, await register("bob"));
});

const sockets: [string, () => string][] = [
  ["the user socket", () => "/v1/socket"],
  ["a channel socket", () => `/v1/channels/${channel}/socket`],
];

describe.each(sockets)("%s", (_, path) => {
  const open = async () => openSocket(path(), await accessToken(alice.token));

  test("[S10] answers ping with pong", async () => {
    const protocols = `${SUBPROTOCOL}, ${TOKEN_SUBPROTOCOL_PREFIX}${await accessToken(alice.token)}`;
    const response = await request(path(), { headers: { upgrade: "websocket", "sec-websocket-protocol": protocols } });
    const socket = response.webSocket ?? expect.fail("no socket");
    const answered = new Promise((resolve) => {
      socket.addEventListener("message", ({ data }) => data === PONG && resolve(data));
    });
    socket.accept();
    socket.send(PING);
    expect(await answered).toBe(PONG);
    socket.close();
  });

  test("[S7] selects the subprotocol and never the token", async () => {
    const protocols = `${TOKEN_SUBPROTOCOL_PREFIX}${await accessToken(alice.token)},${SUBPROTOCOL}`;
    const response = await request(path(), { headers: { upgrade: "websocket", "sec-websocket-protocol": protocols } });
    expect(response.headers.get("sec-websocket-protocol")).toBe(SUBPROTOCOL);
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  test("[S11] is closed by a frame that is not text", async () => {
    const device = await open();
    device.socket.send(new TextEncoder().encode('{"id":"1"}'));
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.unreadable });
  });

  test("[S11] is closed by a frame larger than 1.5 MiB", async () => {
    const device = await open();
    device.socket.send(" ".repeat(limits.frameBytes + 1));
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.unreadable });
  });

  test.each(["", "nonsense", "null", "[]", "{}", '{"id":7}'])(
    "[S15] answers %j with an error and stays open",
    async (frame) => {
      const device = await open();
      device.socket.send(frame);
      const error = await device.until((answer) => answer.type === "error");
      expect(error).toMatchObject({ temporary: false });
      expect(error).not.toHaveProperty("id");
      expect(device.closed).toBeNull();
      device.close();
    },
  );

  test("[S15] answers an unknown command under its id", async () => {
    const device = await open();
    device.socket.send('{"id":"x9","type":"channel.explode"}');
    expect(await device.answer("x9", "error")).toMatchObject({ code: "invalid" });
    device.close();
  });
});

test("[S52] beyond twenty sockets of an account the oldest is closed, and it may reconnect", async () => {
  const access = await accessToken(alice.token);
  const oldest = await openSocket("/v1/socket", access);
  await oldest.until((frame) => frame.type === "hello");
  const rest = [];
  for (let i = 0; i < limits.socketsPerUser; i++) rest.push(await openSocket("/v1/socket", access));
  expect(await oldest.untilClosed()).toMatchObject({ code: closeCodes.tooManySockets });
  expect(rest.map(({ closed }) => closed)).toEqual(rest.map(() => null));
  for (const device of rest) device.close();
});
