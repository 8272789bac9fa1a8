// The parts of a message, and when two entries of the archive mean the same.
import { describe, expect, test } from "vitest";
import { type ArchivedEntry, charactersOfEntry, isSameEntry } from "../../src/domain/archive";
import { charactersOf, contentOf, isEmpty, type LiveBody, partsOfText, searchableText } from "../../src/domain/message";
import type { Attachment } from "../../src/protocol";

const photo: Attachment = { id: "a_1", name: "photo.jpg", type: "image/jpeg", size: 9, alt: "a harbour" };
const file: Attachment = { id: "a_2", name: "plan.pdf", type: "application/pdf", size: 7 };

test("a message is empty if it has neither visible text nor attachments", () => {
  for (const text of ["", " ", "\n\t\u00a0"]) {
    expect(isEmpty(partsOfText(text)), JSON.stringify(text)).toBe(true);
    expect(isEmpty({ text, attachments: [photo] })).toBe(false);
  }
  expect(isEmpty(partsOfText("."))).toBe(false);
});

describe("the content of parts", () => {
  test("without attachments is the text, as rows of an earlier version hashed it", () => {
    expect(contentOf(partsOfText("hello"))).toBe("hello");
  });

  test("covers every field, the number and the order of the attachments", () => {
    const both = { text: "hello", attachments: [photo, file] };
    const others = [
      { text: "hello", attachments: [] },
      { text: "", attachments: [photo, file] },
      { text: "hello", attachments: [photo] },
      { text: "hello", attachments: [file, photo] },
      ...(["id", "name", "type", "alt"] as const).map((field) => ({
        text: "hello",
        attachments: [{ ...photo, [field]: "other" }, file],
      })),
      { text: "hello", attachments: [{ ...photo, size: 10 }, file] },
      { text: "hello", attachments: [{ ...photo, alt: undefined }, file] },
    ];
    const contents = [both, ...others].map((parts) => contentOf(parts as typeof both));
    expect(new Set(contents).size).toBe(contents.length);
  });

  test("does not depend on the order of fields or on fields without a value", () => {
    const { id, name, type, size } = file;
    const turned = { size, alt: undefined, type, name, id } as unknown as Attachment;
    expect(contentOf({ text: "", attachments: [turned] })).toBe(contentOf({ text: "", attachments: [file] }));
  });
});

test("a search looks in the text, the names and the alt texts", () => {
  expect(searchableText(partsOfText("hello"))).toBe("hello");
  expect(searchableText({ text: "hello", attachments: [photo, file] })).toBe("hello\nphoto.jpg\na harbour\nplan.pdf");
  expect(searchableText({ text: "", attachments: [file] })).toBe("plan.pdf");
});

test("the characters of parts include the attachments", () => {
  expect(charactersOf(partsOfText("hello"))).toBe(5);
  expect(charactersOf({ text: "hello", attachments: [file] })).toBe(5 + "a_2plan.pdfapplication/pdf".length);
});

describe("two archived entries", () => {
  const body: LiveBody = {
    ...{ state: "live", text: "hi @bob", attachments: [photo], version: 4, changedAt: 9 },
    mentions: { users: ["u_bob"], all: null },
  };
  const entry: ArchivedEntry = {
    ...{ seq: 4, type: "message.sent", actor: "u_alice", nonce: "n", at: 9 },
    ...{ target: null, thread: 1, replyTo: null, detail: null, body },
  };
  const turned = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).reverse()) as T;

  test("are the same if only the order of their fields differs", () => {
    const other = turned({ ...entry, body: turned({ ...body, mentions: turned(body.mentions) }) });
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(entry));
    expect(isSameEntry(entry, other)).toBe(true);
    expect(isSameEntry(other, entry)).toBe(true);
  });

  test.each<[string, Partial<ArchivedEntry>]>([
    ["text", { body: { ...body, text: "hi @bo" } }],
    ["state", { body: { state: "deleted", version: 4, changedAt: 9 } }],
    ["version", { body: { ...body, version: 5 } }],
    ["attachment", { body: { ...body, attachments: [{ ...photo, alt: "a port" }] } }],
    ["number of attachments", { body: { ...body, attachments: [photo, photo] } }],
    ["missing attachment", { body: { ...body, attachments: [] } }],
    ["mention", { body: { ...body, mentions: { users: [], all: null } } }],
    ["order of mentions", { body: { ...body, mentions: { users: ["u_bob", "u_al"], all: null } } }],
    ["body", { body: null }],
    ["author", { actor: "u_bob" }],
    ["thread", { thread: null }],
    ["type", { type: "message.edited" }],
  ])("differ by another %s", (_, change) => {
    expect(isSameEntry(entry, { ...entry, ...change })).toBe(false);
    expect(isSameEntry({ ...entry, ...change }, entry)).toBe(false);
  });

  test("have the characters of their parts, and none once deleted", () => {
    expect(charactersOfEntry(entry)).toBe(charactersOf(body));
    expect(charactersOfEntry({ ...entry, body: { state: "deleted", version: 5, changedAt: 9 } })).toBe(0);
    expect(charactersOfEntry({ ...entry, body: null })).toBe(0);
  });
});
