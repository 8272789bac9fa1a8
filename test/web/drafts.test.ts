import { describe, expect, it } from "vitest";
import { keyOf, placeOf, readStoredDraft, type StoredDraft } from "../../src/web/composer/stored-drafts";

const kept = (draft: Partial<StoredDraft>): StoredDraft => ({
  text: "hi",
  replyTo: null,
  at: 100,
  isShared: false,
  ...draft,
});

describe("a stored draft", () => {
  it("has a key of person, channel and thread", () => {
    for (const place of [
      { channel: "c_1", thread: null },
      { channel: "c_1", thread: 42 },
    ])
      expect(placeOf("u_alice", keyOf("u_alice", place))).toEqual(place);
    expect(placeOf("u_bob", keyOf("u_alice", { channel: "c_1", thread: null }))).toBeNull();
    expect(placeOf("u_a", keyOf("u_alice", { channel: "c_1", thread: null }))).toBeNull();
    expect(placeOf("u_alice", "parley.draft.u_alice.nonsense here")).toBeNull();
  });

  it("is read as it was written, also the plain text of an earlier version", () => {
    const draft = kept({ text: '{"text":1}', replyTo: 7, isShared: true });
    expect(readStoredDraft(JSON.stringify(draft))).toEqual(draft);
    expect(readStoredDraft("just a text")).toEqual({ text: "just a text", replyTo: null, at: 0, isShared: false });
    expect(readStoredDraft('{"text": "not a draft"}')?.text).toBe('{"text": "not a draft"}');
    expect(readStoredDraft("12")?.text).toBe("12");
    expect(readStoredDraft("")).toBeNull();
  });
});
