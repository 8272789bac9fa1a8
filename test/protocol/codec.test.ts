import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tuning } from "../../src/domain/tuning";
import {
  decodeChannelCommand,
  decodeServerFrame,
  decodeUserCommand,
  describeIssues,
  encodeFrame,
  encodeReady,
  type FrameOf,
  limits,
  type Message,
  messageText,
  type ServerFrame,
} from "../../src/protocol";

/** A message without annotations. */
const bare = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};
const decoders = [decodeChannelCommand, decodeUserCommand, decodeServerFrame];
const nonce = "0193b2a4-7c11-7d3e-9a55-1f2e3d4c5b6a";
const send = (text: string) => ({ id: "7", type: "message.send", nonce, epoch: "k3f9", after: 0, text });

describe("decoding", () => {
  test("never throws for a string", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (frame) => {
        for (const decode of decoders) expect(decode(frame).ok).toBe(false);
      }),
    );
  }, 30_000);

  test("never throws for an object that resembles a command", () => {
    const value = fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.constantFrom(nonce, "k3f9", 0, 1));
    const almost = fc.record(
      {
        id: value,
        type: fc.constantFrom(
          "message.send",
          "message.edit",
          "message.delete",
          "reaction.add",
          "message.pin",
          "thread.follow",
          "read.unmark",
          "channel.subscribe",
          "history.page",
          "read.mark",
          "hello",
        ),
        nonce: value,
        epoch: value,
        after: value,
        seq: value,
        text: value,
        query: value,
        from: value,
        emoji: value,
        replyTo: value,
        thread: value,
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(almost, (command) => {
        for (const decode of decoders) expect(decode(JSON.stringify(command)).ok).toBeTypeOf("boolean");
      }),
    );
  });

  test.each(["", "{", "ping", "undefined", '{"id":1}}'])("%j is malformed", (frame) => {
    expect(decodeChannelCommand(frame)).toMatchObject({ ok: false, code: "malformed", id: undefined });
  });

  test.each([
    "null",
    "1",
    "[]",
    '"hello"',
    "{}",
    '{"type":"constructor"}',
    '{"type":"__proto__","__proto__":{"id":"1"}}',
  ])("%s is JSON and invalid", (frame) => {
    expect(decodeChannelCommand(frame)).toMatchObject({ ok: false, code: "invalid", id: undefined });
  });

  test("[S15] a refused command keeps its id for its error", () => {
    expect(decodeChannelCommand(JSON.stringify({ ...send("hi"), nonce: "none" }))).toMatchObject({
      ok: false,
      id: "7",
      code: "invalid",
    });
    expect(decodeUserCommand(JSON.stringify(send("hi")))).toMatchObject({ ok: false, id: "7", code: "invalid" });
  });

  test.each([undefined, 7, "", "x".repeat(65), { a: 1 }])("[S13] %j is not an id", (id) => {
    expect(decodeChannelCommand(JSON.stringify({ ...send("hi"), id }))).toMatchObject({
      ok: false,
      id: undefined,
      code: "invalid",
    });
  });

  test("[S35] a text that is too long has a code of its own", () => {
    const long = decodeChannelCommand(JSON.stringify(send("a".repeat(limits.messageCodePoints + 1))));
    expect(long).toMatchObject({ ok: false, id: "7", code: "message_too_long" });
  });

  test("a page has at most one anchor", () => {
    const page = (query: object) => decodeChannelCommand(JSON.stringify({ id: "1", type: "history.page", query }));
    expect(page({ before: 3, after: 1 })).toMatchObject({ ok: false, code: "invalid" });
    expect(page({ limit: 101 })).toMatchObject({ ok: false, code: "invalid" });
    expect(page({})).toMatchObject({ ok: true, value: { query: { limit: limits.pageDefault } } });
  });

  test("describes at most three issues", () => {
    const parsed = messageText.array().safeParse(["", "", "", "", ""]);
    expect(describeIssues(parsed.error ?? expect.fail("nothing was refused")).split("; ")).toHaveLength(3);
  });
});

describe("[S11] a frame's size", () => {
  test("leaves room for the longest message with every character escaped", () => {
    const astral = "\\ud83d\\ude00".repeat(limits.messageCodePoints);
    const frame = JSON.stringify(send("@")).replace("@", astral);
    expect(frame.length).toBeLessThanOrEqual(limits.frameBytes);
    expect(decodeChannelCommand(frame)).toMatchObject({ ok: true });
  });

  test("is bounded for commands", () => {
    expect(decodeChannelCommand(JSON.stringify(send(" ".repeat(limits.frameBytes))))).toMatchObject({
      code: "frame_too_large",
    });
  });

  test("is not bounded for frames of a server, because escapes multiply the size of a page", () => {
    const messages: Message[] = [100_000, 100_000, tuning.resumePageBytes - 200_000].map((length, i) => {
      const text = "\u0001".repeat(length);
      const mentions = { users: [], all: null };
      const body = { state: "live" as const, text, mentions, attachments: [], version: i + 1, editedAt: null };
      return { seq: i + 1, author: "u_alice", nonce, at: 0, body, reply: null, thread: null, ...bare };
    });
    const page: ServerFrame = {
      type: "page",
      id: "1",
      page: { messages, moreBefore: false, moreAfter: false, head: 3, epoch: "k3f9" },
    };
    expect(decodeServerFrame(encodeFrame(page))).toMatchObject({ ok: true });
  });
});

test("an events frame leaves out defaults, and its reader fills them in", () => {
  const entry = { at: 1, actor: "u_1", nonce };
  const plain = { users: [], all: null };
  const bodyOf = (seq: number, mentions: { users: string[]; all: "here" | null }, editedAt: number | null) => ({
    state: "live" as const,
    text: "hello",
    mentions,
    attachments: [],
    version: seq,
    editedAt,
  });
  const reply = { seq: 1, author: "u_1", state: "live" as const, preview: "hello" };
  const root = { seq: 1, replies: bare.replies };
  const frame: ServerFrame = {
    type: "events",
    channel: "c_1",
    epoch: "k3f9",
    head: 3,
    events: [
      {
        ...entry,
        seq: 1,
        type: "message.sent",
        data: { body: bodyOf(1, plain, null), reply: null, thread: null, root: null },
      },
      {
        ...entry,
        seq: 2,
        type: "message.sent",
        data: { body: bodyOf(2, { users: ["u_1"], all: "here" }, 7), reply, thread: 1, root },
      },
      {
        ...entry,
        seq: 3,
        type: "message.sent",
        data: { body: { state: "deleted", version: 9, deletedAt: 1 }, reply, thread: null, root: null },
      },
    ],
  };
  const encoded = encodeFrame(frame);
  expect(encoded).toContain('"data":{"body":{"state":"live","text":"hello","version":1}}');
  expect(decodeServerFrame(encoded)).toEqual({ ok: true, value: frame });
});

test("a ready frame from encoded lists is the frame that its lists make", () => {
  const id = fc.stringMatching(/^u_[0-9a-z]{1,32}$/);
  const marks = fc.dictionary(id, fc.nat());
  const role: FrameOf<"ready">["role"] = "member";
  fc.assert(
    fc.property(fc.string(), marks, marks, fc.array(id), (command, reads, delivered, here) => {
      const frame = { type: "ready", id: command, epoch: "k3f9", head: 7, role, permissions: [] } as const;
      const inner = (value: object) => JSON.stringify(value).slice(1, -1);
      const encoded = encodeReady(
        { ...frame, permissions: [...frame.permissions] },
        { reads: inner(reads), delivered: inner(delivered), here: inner(here) },
      );
      expect(encoded).toBe(encodeFrame({ ...frame, permissions: [], reads, delivered, here }));
    }),
  );
});
