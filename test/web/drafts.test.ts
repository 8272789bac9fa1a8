import { describe, expect, it } from "vitest";
import { keyOf, mergeDrafts, placeOf, readStoredDraft, type StoredDraft } from "../../src/web/composer/stored-drafts";

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

  it("wins if it is newer than the server's draft", () => {
    expect(mergeDrafts(kept({ at: 200 }), { at: 100 })).toBe("stored");
    expect(mergeDrafts(kept({ at: 100 }), { at: 200 })).toBe("served");
  });

  it("loses to the server's draft if the server had received it", () => {
    expect(mergeDrafts(kept({ at: 200, isShared: true }), { at: 100 })).toBe("served");
  });

  it("is dropped if the server had received it and has none", () => {
    expect(mergeDrafts(kept({ isShared: true }), null)).toBe("served");
    expect(mergeDrafts(kept({ isShared: false }), null)).toBe("stored");
    expect(mergeDrafts(kept({ text: "" }), null)).toBe("served");
  });
});
