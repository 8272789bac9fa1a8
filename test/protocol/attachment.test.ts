// Attachments on the wire: what frames leave out, and what earlier clients and servers see.
import { expect, test } from "vitest";
import {
  attachmentsField,
  type Body,
  body,
  decodeServerFrame,
  limits,
  quote,
  type ServerFrame,
} from "../../src/protocol";
import { encodeFrame } from "../../src/protocol/codec";

const photo = { id: "a_1", name: "photo.jpg", type: "image/jpeg", size: 9 };
const nonce = "0193b2a4-7c11-7d3e-9a55-1f2e3d4c5b6a";
const live = (attachments: (typeof photo)[]): Body => ({
  ...{ state: "live", text: "", mentions: { users: [], all: null }, attachments, version: 1, editedAt: null },
});

function frameOf(type: "message.sent" | "message.edited", content: Body): ServerFrame {
  const entry = { seq: 1, at: 1, actor: "u_1", nonce };
  const sent = { body: content, reply: null, thread: null, root: null };
  const event =
    type === "message.sent"
      ? { ...entry, type, data: sent }
      : { ...entry, seq: 2, type, data: { target: 1, body: content } };
  return { type: "events", channel: "c_1", epoch: "k3f9", head: 2, events: [event] };
}

test.each(["message.sent", "message.edited"] as const)("[S149] %s has attachments only if there are some", (type) => {
  for (const attachments of [[], [photo]]) {
    const frame = frameOf(type, live(attachments));
    const encoded = encodeFrame(frame);
    expect(encoded.includes("attachments")).toBe(attachments.length > 0);
    expect(decodeServerFrame(encoded)).toEqual({ ok: true, value: frame });
  }
});

test("an edit has its other fields as before", () => {
  expect(encodeFrame(frameOf("message.edited", live([])))).toContain(
    '"body":{"state":"live","text":"","mentions":{"users":[],"all":null},"version":1,"editedAt":null}',
  );
});

test("a body without attachments is read as one that has none", () => {
  expect(body.parse({ state: "live", text: "hi", version: 1 })).toMatchObject({ attachments: [] });
});

test("[S152] a quote of an earlier server is deleted if its preview is null", () => {
  const old = { seq: 1, author: "u_1" };
  expect(quote.parse({ ...old, preview: null })).toEqual({ ...old, state: "deleted", preview: null });
  expect(quote.parse({ ...old, preview: "" })).toEqual({ ...old, state: "live", preview: "" });
});

test("a summary names the first attachment, in one short line, and there is none without attachments", () => {
  expect(attachmentsField([])).toEqual({});
  const long = { ...photo, name: `two\nlines ${"x".repeat(500)}` };
  const { attachments } = attachmentsField([long, photo]);
  expect(attachments).toMatchObject({ count: 2, type: "image/jpeg" });
  expect(attachments?.name).toMatch(/^two lines x+$/);
  expect(attachments?.name).toHaveLength(limits.previewCodePoints);
});
