import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NetworkProxy } from "./network-proxy";
import { type NetworkConditions, unimpaired } from "./proxy-connection";
import { SeededRandom } from "./seeded-random";

let upstream: Server;
let proxy: NetworkProxy;
let conditions: NetworkConditions;

beforeEach(async () => {
  conditions = unimpaired;
  // Echoes what it receives.
  upstream = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const address = upstream.address();
  if (address === null || typeof address === "string") throw new Error("no port was assigned");
  proxy = await NetworkProxy.open(address.port, () => conditions);
});
afterEach(async () => {
  await proxy.close();
  upstream.close();
});

async function call(path = "/a"): Promise<{ socket: Socket; pieces: string[] }> {
  const socket = connect({ host: "127.0.0.1", port: proxy.port });
  const pieces: string[] = [];
  socket.on("data", (data: Buffer) => pieces.push(data.toString()));
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\n`);
  await expect.poll(() => pieces.join("")).toContain("HTTP");
  return { socket, pieces };
}

const connectionTo = (path: string) => {
  const connection = proxy.connectionTo(path);
  if (!connection) throw new Error("no connection has that path");
  return connection;
};

test("carries both directions and knows the path of a connection", async () => {
  const { socket, pieces } = await call("/v1/channels/c_1/socket");
  socket.write("hello");
  await expect.poll(() => pieces.join("")).toContain("hello");
  expect(proxy.connectionTo("/v1/channels/c_1")).not.toBeNull();
  expect(proxy.connectionTo("/v1/channels/c_2")).toBeNull();
});

test("a reset reaches only its own connection", async () => {
  const one = await call("/one");
  const other = await call("/other");
  const failure = new Promise((resolve) => one.socket.once("error", resolve));
  await connectionTo("/one").cut("reset", new SeededRandom("x"));
  expect(await failure).toMatchObject({ code: "ECONNRESET" });
  other.socket.write("still there");
  await expect.poll(() => other.pieces.join("")).toContain("still there");
});

test("a half-open connection is silent at first and breaks later", async () => {
  const { socket, pieces } = await call();
  let isClosed = false;
  socket.once("close", () => {
    isClosed = true;
  });
  const broken = connectionTo("/a").cut("half-open", new SeededRandom("soon"));
  const before = pieces.length;
  socket.write("never arrives");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([isClosed, pieces.length]).toEqual([false, before]);
  await broken;
  await expect.poll(() => isClosed).toBe(true);
}, 5_000);

test("a cut in the middle of a frame lets a part of it through", async () => {
  const { socket, pieces } = await call();
  const before = pieces.join("").length;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const broken = connectionTo("/a").cut("mid-frame", new SeededRandom("x"));
  socket.write("x".repeat(60_000));
  await Promise.all([broken, closed]);
  const part = pieces.join("").length - before;
  expect(part).toBeLessThan(60_000);
});

test("slices, delays and low bandwidth do not change the bytes", async () => {
  conditions = { delayMs: 1, sliceBytes: 100, bytesPerMs: 100 };
  const { socket, pieces } = await call();
  const said = Array.from({ length: 300 }, (_, at) => `${at},`).join("");
  socket.write(said);
  await expect.poll(() => pieces.join("")).toContain(said);
  expect(pieces.length).toBeGreaterThan(5);
});

test("the same seed gives the same numbers", () => {
  const rolls = (name: string) => {
    const random = new SeededRandom(name).fork("cuts");
    return Array.from({ length: 20 }, () => random.between(1, 100));
  };
  expect(rolls("1")).toEqual(rolls("1"));
  expect(rolls("1")).not.toEqual(rolls("2"));
});
