// Uploads of files: what is sent again after a loss, and messages that wait for their files.
import { beforeEach, describe, expect, test } from "vitest";
import type { ChannelHandle, Client, OutboxEntry } from "../../../src/sdk";
import { memoryOutbox } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { FakeUploads } from "../support/fake-uploads";
import { settle } from "../support/manual-clock";

const text = "abcdefghijklmnopqrstuvwxyz0123456789ABCDE";
const blob = (content = text) => new Blob([content], { type: "text/plain" });

let server: FakeServer;
let uploads: FakeUploads;
let alice: Client;
let channel: ChannelHandle;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  uploads = new FakeUploads();
  server.uploads = uploads;
  alice = server.client("alice");
  await alice.connect();
  channel = alice.channel("c_1");
});

/** Lets time pass until a promise has settled. */
async function afterAWhile<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  promise.then(
    () => (isSettled = true),
    () => (isSettled = true),
  );
  for (let turn = 0; turn < 400 && !isSettled; turn++) {
    await settle();
    await server.clock.advance(1_000);
  }
  return await promise;
}

const putsOf = (requests: readonly string[]) => requests.filter((request) => request.startsWith("PUT"));

describe("an upload", () => {
  test("sends each part once, then the variants, and returns the ticket", async () => {
    const progress: number[] = [];
    const variants = [{ name: "thumbnail", bytes: blob("small") } as const];
    const done = await afterAWhile(
      channel.upload(blob(), { name: "notes.txt", variants, onProgress: (sent) => progress.push(sent) }),
    );
    expect(done).toMatchObject({ ticket: "ticket-l_1", name: "notes.txt", size: text.length });
    expect(uploads.contentOf("l_1")).toBe(text);
    expect(putsOf(uploads.requests).toSorted()).toEqual([
      ...[1, 2, 3, 4, 5].map((part) => `PUT l_1/parts/${part}`),
      "PUT l_1/variants/thumbnail",
    ]);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, text.length]);
  });

  test("repeats only what was lost, at every request and in both directions", async () => {
    for (const direction of ["before", "after"] as const) {
      for (let lost = 0; lost < 7; lost++) {
        uploads = new FakeUploads();
        server.uploads = uploads;
        let count = 0;
        uploads.fate = () => (count++ === lost ? direction : null);
        const done = await afterAWhile(channel.upload(blob()));
        const id = done.ticket.slice("ticket-".length);
        expect(uploads.contentOf(id), `${direction} ${lost}`).toBe(text);
        expect(putsOf(uploads.requests).length).toBeLessThanOrEqual(6);
      }
    }
  });

  test("takes bytes, and streams of any chunks, and refuses a stream that ends early", async () => {
    const bytes = new TextEncoder().encode(text);
    async function* chunks(of: Uint8Array) {
      for (let at = 0; at < of.length; at += 7) yield of.subarray(at, at + 7);
    }
    await afterAWhile(channel.upload(bytes, { name: "a" }));
    await afterAWhile(channel.upload(bytes.buffer, { name: "b" }));
    await afterAWhile(channel.upload({ stream: chunks(bytes), size: bytes.length, name: "c" }));
    for (const id of ["l_1", "l_2", "l_3"]) expect(uploads.contentOf(id), id).toBe(text);
    const short = channel.upload({ stream: chunks(bytes), size: bytes.length + 1, name: "d" });
    await expect(afterAWhile(short)).rejects.toMatchObject({ code: "invalid" });
    await expect(channel.upload(new Blob([]))).rejects.toMatchObject({ code: "invalid" });
  });

  test("begins again if the server has forgotten it, and is given up when its signal aborts", async () => {
    uploads.fate = (request) => {
      if (request === "PUT l_1/parts/3") uploads.uploads.delete("l_1");
      return null;
    };
    expect(await afterAWhile(channel.upload(blob()))).toMatchObject({ ticket: "ticket-l_2" });
    const aborter = new AbortController();
    uploads.fate = (request) => {
      if (request === "PUT l_3/parts/2") aborter.abort();
      return null;
    };
    await expect(afterAWhile(channel.upload(blob(), { signal: aborter.signal }))).rejects.toThrow();
    await settle();
    expect(uploads.requests.at(-1)).toBe("DELETE l_3");
  });
});

describe("a message with files", () => {
  const file = { bytes: blob(), name: "notes.txt", type: "text/plain", alt: "notes" };

  test("shows at once, does not hold up what follows, and is sent when its files have arrived", async () => {
    await channel.open();
    let isBlocked = true;
    uploads.fate = (request) => (isBlocked && request === "PUT l_1/parts/4" ? "before" : null);
    const sent = channel.send("", { files: [file] });
    const later = channel.send("later");
    expect(await later).toBe(2);
    const row = () => channel.view.get().messages.find(({ key }) => key === sent.key);
    expect(row()).toMatchObject({ seq: null, text: "", delivery: { state: "sending" } });
    expect(row()?.files).toMatchObject([{ name: "notes.txt", isComplete: false }]);
    isBlocked = false;
    expect(await afterAWhile(sent)).toBe(3);
    const sends = server.sockets.flatMap((socket) => socket.sent).filter((frame) => frame.includes("message.send"));
    expect(JSON.parse(sends.at(-1) ?? "null")).toMatchObject({
      text: "",
      attachments: [{ ticket: "ticket-l_1", alt: "notes" }],
    });
  });

  test("goes on after the client ended, with the parts that had arrived", async () => {
    const outbox = memoryOutbox();
    const phone = server.client("alice", { outbox });
    await phone.connect();
    uploads.fate = (request) => (request === "PUT l_1/parts/5" ? "before" : null);
    phone
      .channel("c_1")
      .send("", { files: [file] })
      .catch(() => undefined);
    await settle();
    await settle();
    phone.disconnect();
    const [entry] = (await outbox.load()) as [OutboxEntry];
    expect(entry.files).toMatchObject([{ name: "notes.txt", upload: "l_1" }]);
    const before = putsOf(uploads.requests).length;
    uploads.fate = () => null;
    const next = server.client("alice", { outbox });
    await next.connect();
    await next.channel("c_1").open();
    await afterAWhile(next.flush());
    expect(uploads.contentOf("l_1")).toBe(text);
    expect(uploads.uploads.size).toBe(1);
    expect(putsOf(uploads.requests).length - before).toBeLessThanOrEqual(2);
    expect(await outbox.load()).toEqual([]);
  });

  test("that is refused can be sent again or removed, and one on its way can be taken back", async () => {
    await channel.open();
    uploads.partSize = 1_000;
    const refused = channel.send("", { files: [{ ...file, bytes: new Blob([]) }] });
    await expect(afterAWhile(refused)).rejects.toMatchObject({ code: "invalid" });
    const row = () => channel.view.get().messages.find(({ key }) => key === refused.key);
    expect(row()).toMatchObject({ delivery: { state: "failed", code: "invalid" } });
    channel.discard(refused.key);
    expect(row()).toBeUndefined();
    uploads.fate = () => "before";
    const waiting = channel.send("", { files: [file] });
    await settle();
    channel.discard(waiting.key);
    await expect(waiting).rejects.toMatchObject({ code: "invalid" });
    expect(channel.view.get().messages.every(({ files }) => files === undefined)).toBe(true);
    expect(() => channel.send("", { files: Array.from({ length: 11 }, () => file) })).toThrow();
    expect(() => channel.send("")).toThrow();
  });
});
