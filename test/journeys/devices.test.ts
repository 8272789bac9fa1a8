import { beforeAll, expect, test } from "vitest";
import { createClient } from "../../src/sdk";
import type { Server } from "../simulation/kit/dev-server";
import { arrive, idOf, listen, openPair, sendBy } from "./people";
import { sharedServer } from "./server";

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});

/** A network that can be cut: every open socket ends without a close frame. */
function cuttable() {
  const open = new Set<WebSocket>();
  class CuttableSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
  }
  return { WebSocket: CuttableSocket, cut: () => [...open].forEach((socket) => void socket.close(4000)) };
}

test("a message that one person sends is read by the other, and both see that", async () => {
  const { bob, id, a, b, received } = await openPair(server.url);
  a.send("hello");
  await expect.poll(() => received.b.length).toBe(1);
  b.markRead(1);
  await expect.poll(() => a.view.get().reads[idOf(bob)]).toBe(1);
  await expect.poll(() => bob.inbox.get()?.find((entry) => entry.id === id)?.row.unread).toBe(0);
});

test("twenty cuts during a conversation lose nothing and repeat nothing", async () => {
  const network = cuttable();
  // A short back-off, which other tests check.
  const { a, b, received } = await openPair(server.url, { WebSocket: network.WebSocket, random: () => 0.01 });
  const sent: string[] = [];
  for (let cut = 0; cut < 20; cut++) {
    for (let i = 0; i < 5; i++) sent.push(sendBy(a, `a ${cut}.${i}`), sendBy(b, `b ${cut}.${i}`));
    await expect.poll(() => received.a.length, { timeout: 30_000 }).toBeGreaterThan(cut * 5);
    network.cut();
  }
  await expect.poll(() => received.a.length, { timeout: 60_000 }).toBe(sent.length);
  await expect.poll(() => received.b.length, { timeout: 60_000 }).toBe(sent.length);
  expect(received.a.map((event) => event.seq)).toEqual(sent.map((_, at) => at + 1));
  expect(received.b.map((event) => event.nonce)).toEqual(received.a.map((event) => event.nonce));
  expect(new Set(received.a.map((event) => event.nonce))).toEqual(new Set(sent));
});

test("two devices of one account show the same, whichever of them acts", async () => {
  const { alice, bob, id, a } = await openPair(server.url);
  const phone = createClient({ url: server.url, ...(bob.token ? { token: bob.token } : {}) });
  await phone.connect();
  const onPhone = phone.channel(id);
  const received = listen(onPhone);
  a.send("for both of bob's");
  await expect.poll(() => phone.inbox.get()?.[0]?.row).toMatchObject({ channel: id, unread: 1 });
  await onPhone.open();
  onPhone.send("from the phone");
  await expect
    .poll(() =>
      bob
        .channel(id)
        .view.get()
        .messages.map((message) => message.text),
    )
    .toEqual(["for both of bob's", "from the phone"]);
  onPhone.markRead(1);
  for (const device of [bob, phone]) {
    await expect.poll(() => device.inbox.get()?.[0]?.row.unread).toBe(0);
  }
  expect(received.map((event) => event.seq)).toEqual([2]);
  alice.disconnect();
});

test("an ended session is disconnected within a second and gets nothing more", async () => {
  const alice = await arrive(server.url, "alice");
  const bob = await arrive(server.url, "bob");
  const id = await alice.direct(idOf(bob));
  const thief = createClient({ url: server.url, keepToken: true });
  const handle = bob.me.get()?.handle ?? "";
  await thief.accounts.signIn({ handle, password: "correct horse battery" });
  await thief.connect();
  const channel = thief.channel(id);
  const received = listen(channel);
  await channel.open();
  const stolen = (await bob.accounts.sessions()).find((session) => !session.current);
  const at = Date.now();
  await bob.accounts.revoke(stolen?.id ?? "");
  await expect.poll(() => thief.connection.get().state, { interval: 10 }).toBe("signed-out");
  expect(Date.now() - at).toBeLessThan(1_000);
  const open = alice.channel(id);
  await open.open();
  open.send("not for thieves");
  await expect.poll(() => open.view.get().messages[0]?.delivery.state).toBe("sent");
  expect(received).toEqual([]);
  expect(bob.connection.get().state).toBe("online");
});
