// Networks that block sockets, or that cut slow answers: a proxy between the people and a real
// server.
import { createServer, type Server as HttpServer, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type Transport } from "../../src/sdk";
import type { Server } from "../simulation/kit/dev-server";
import { arrive, idOf, listen, openPair, sendBy } from "./people";
import { sharedServer } from "./server";

/** Passes plain HTTP. */
class Gate {
  blocksSockets = true;
  /** Answers that take longer than this are cut. */
  cutsAfterMs = Number.POSITIVE_INFINITY;
  upgrades = 0;
  readonly #http: HttpServer;
  readonly #tunnels = new Set<Socket>();

  constructor(port: number) {
    this.#http = createServer((asked, answer) => {
      const { method, url, headers } = asked;
      const onward = request({ port, method, path: url, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      answer.on("close", () => onward.destroy());
      if (this.cutsAfterMs < 60_000) setTimeout(() => answer.writableEnded || answer.destroy(), this.cutsAfterMs);
      asked.pipe(onward);
    });
    this.#http.on("upgrade", (asked, socket: Socket, rest: Buffer) => {
      this.upgrades++;
      if (this.blocksSockets) {
        socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
      }
      const onward = connect(port, "localhost", () => {
        const lines = asked.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
        onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
        onward.write(rest);
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [onward, socket]) {
        this.#tunnels.add(end);
        end.on("error", () => {
          onward.destroy();
          socket.destroy();
        });
      }
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, "localhost", resolve));
  }

  get url(): string {
    return `http://localhost:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The network changes: every open connection is cut. */
  cut(): void {
    for (const tunnel of this.#tunnels) tunnel.destroy();
    this.#http.closeAllConnections();
  }

  close(): void {
    this.cut();
    this.#http.close();
  }
}

let server: Server;
let proxy: Gate;
beforeAll(async () => {
  server = await sharedServer();
  proxy = new Gate(server.port);
  await proxy.open();
});
afterAll(async () => {
  proxy.close();
});

// The shortest back-off; a socket is tried again after three quarters of the usual time.
const impatient = { random: () => 0.01 };

test("two people chat over any transport that the network allows, each message once and in order", async () => {
  const { alice, bob, a, b, received } = await openPair(proxy.url, impatient);
  const sent: string[] = [];
  const transports = () =>
    [alice, bob].map((client) => {
      const connection = client.connection.get();
      return connection.state === "online" ? connection.transport : null;
    });
  const chat = async (count: number) => {
    for (let i = 0; i < count; i++) sent.push(sendBy(a, `a ${sent.length}`), sendBy(b, `b ${sent.length}`));
    for (const one of [received.a, received.b])
      await expect.poll(() => one.length, { timeout: 30_000 }).toBe(sent.length);
  };
  const both = (transport: Transport) =>
    expect.poll(transports, { timeout: 60_000, interval: 200 }).toEqual([transport, transport]);

  await both("long-polling");
  await chat(10);
  b.markRead(5);
  await expect.poll(() => a.view.get().reads[idOf(bob)], { timeout: 5_000 }).toBeGreaterThanOrEqual(5);

  proxy.cutsAfterMs = 2_000;
  proxy.cut();
  await chat(10);
  await both("polling");
  await chat(10);

  proxy.cutsAfterMs = Number.POSITIVE_INFINITY;
  proxy.blocksSockets = false;
  const writing = setInterval(() => sent.push(sendBy(a, `a ${sent.length}`)), 500);
  await both("socket");
  clearInterval(writing);
  await chat(10);

  proxy.blocksSockets = true;
  proxy.cut();
  await chat(10);
  await both("long-polling");

  expect(received.a.map((event) => event.seq)).toEqual(sent.map((_, at) => at + 1));
  expect(received.b.map((event) => event.nonce)).toEqual(received.a.map((event) => event.nonce));
  expect(new Set(received.a.map((event) => event.nonce))).toEqual(new Set(sent));
  for (const [channel, author] of [
    [a, idOf(alice)],
    [b, idOf(bob)],
  ] as const) {
    const keys = channel.view.get().messages.map(({ key, author }) => ({ key, author }));
    expect(keys.map(({ key }) => key)).toEqual(received.a.map((event) => event.nonce).slice(-keys.length));
    const mine = keys.filter((row) => row.author === author).map(({ key }) => key);
    expect(mine).toEqual(sent.filter((key) => mine.includes(key)));
  }
  alice.disconnect();
  bob.disconnect();
});

test.each(["long-polling", "polling"] as const)("over %s the inbox is the same as over a socket", async (transport) => {
  const alice = await arrive(server.url, "alice");
  const bob = await arrive(server.url, "bob");
  const id = await alice.direct(idOf(bob));
  const laptop = createClient({ url: proxy.url, transport, ...(bob.token ? { token: bob.token } : {}) });
  await laptop.connect();
  const counts = () =>
    [bob, laptop].map((device) => device.inbox.get()?.find((entry) => entry.id === id)?.row.unread ?? 0);
  const channel = alice.channel(id);
  await channel.open();
  for (let i = 1; i <= 3; i++) {
    channel.send(`hello ${i}`);
    await expect.poll(counts, { timeout: 10_000 }).toEqual([i, i]);
  }
  const onLaptop = laptop.channel(id);
  const seqs = listen(onLaptop);
  await onLaptop.open();
  onLaptop.markRead(3);
  await expect.poll(counts, { timeout: 10_000 }).toEqual([0, 0]);
  channel.send("and another");
  await expect.poll(() => seqs.map(({ seq }) => seq), { timeout: 5_000 }).toEqual([4]);
  for (const client of [alice, bob, laptop]) client.disconnect();
});

test("the client waits for a server that is down, over any transport", async () => {
  proxy.blocksSockets = true;
  const { alice, bob, a, b, received } = await openPair(proxy.url, impatient);
  await server.kill();
  const kept = [a.send("while it is away"), b.send("the same")];
  await expect.poll(() => alice.connection.get().state, { timeout: 20_000 }).toBe("waiting");
  await server.start();
  for (const one of [received.a, received.b]) await expect.poll(() => one.length, { timeout: 60_000 }).toBe(2);
  expect(new Set(received.a.map(({ nonce }) => nonce))).toEqual(new Set(kept));
  alice.disconnect();
  bob.disconnect();
});
