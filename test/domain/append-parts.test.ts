// Commands on messages with attachments. No command carries any yet: the log holds the messages.
import { describe, expect, test } from "vitest";
import type { MessageParts } from "../../src/domain/message";
import { noMentions } from "../../src/protocol";
import { edit, PlainLog, play, remove, send } from "./support";

const alice = { user: "u_alice" };
const photo = { id: "a_1", name: "photo.jpg", type: "image/jpeg", size: 9 };
const refused = (code: string) => expect.objectContaining({ code });

/** Returns a log with one message of alice, sent with the nonce "a". */
function logWith(parts: MessageParts): PlainLog {
  const log = new PlainLog();
  log.perform(
    {
      kind: "send",
      parts,
      mentions: noMentions,
      replyTo: null,
      threadUpdate: null,
      toChannel: false,
      forwarded: false,
      files: [],
    },
    alice.user,
    "a",
  );
  return log;
}

describe("an edit of the text", () => {
  test("keeps the attachments", () => {
    const log = logWith({ text: "", attachments: [photo] });
    play(log, alice, "b", edit(1, "a harbour"));
    expect(log.message(1)).toMatchObject({ state: "live", parts: { text: "a harbour", attachments: [photo] } });
  });

  test("[S25] is recognised when it is repeated, whatever the message has besides", () => {
    const log = logWith({ text: "", attachments: [photo] });
    play(log, alice, "b", edit(1, "a harbour"));
    expect(play(log, alice, "b", edit(1, "a harbour"))).toMatchObject({ kind: "known", seq: 2 });
    expect(() => play(log, alice, "b", edit(1, "a port"))).toThrow(refused("nonce_conflict"));
  });

  test("may leave no text above attachments, but nothing at all is refused", () => {
    const log = logWith({ text: "hello", attachments: [photo] });
    expect(play(log, alice, "b", edit(1, " "))).toMatchObject({ parts: { text: " ", attachments: [photo] } });
    const plain = logWith({ text: "hello", attachments: [] });
    expect(() => play(plain, alice, "b", edit(1, " "))).toThrow(refused("invalid"));
    expect(() => play(plain, alice, "c", send("\n"))).toThrow(refused("invalid"));
  });
});

describe("[S26] the nonce of a message with attachments", () => {
  test.each([
    ["as sent", (_: PlainLog) => {}],
    ["edited", (log: PlainLog) => void play(log, alice, "e", edit(1, "another"))],
    ["deleted", (log: PlainLog) => void play(log, alice, "d", remove(1))],
  ])("is not free for its text alone, while the message is %s", (_, change) => {
    const log = logWith({ text: "hello", attachments: [photo] });
    change(log);
    expect(() => play(log, alice, "a", send("hello"))).toThrow(refused("nonce_conflict"));
  });

  test("of a deleted message without attachments is still recognised by its text", () => {
    const log = logWith({ text: "hello", attachments: [] });
    play(log, alice, "d", remove(1));
    expect(play(log, alice, "a", send("hello"))).toMatchObject({ kind: "known", seq: 1 });
  });
});

test("a deleted message has no parts, and refuses edits", () => {
  const log = logWith({ text: "hello", attachments: [photo] });
  play(log, alice, "d", remove(1));
  expect(log.message(1)).not.toHaveProperty("parts");
  expect(log.message(1)).toMatchObject({ state: "deleted" });
  expect(() => play(log, alice, "e", edit(1, "again"))).toThrow(refused("message_deleted"));
});
