// Who may read the file of an attachment: those who may read its message now, and nobody else.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import type { CommandContent } from "../../src/domain/log";
import type { AttachmentId } from "../../src/protocol";
import { attachmentsOf, photo, sayParts, ticketFor } from "../support/attachments";
import { openGroup, type Person, putMember, register, removeMember } from "../support/http";
import { perform, refusalCode } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

/** Returns the name of the file that a person gets, or the code of the refusal. */
async function read({ id: user, session }: Person, channel: string, attachment: AttachmentId): Promise<string> {
  const answer = await stubOf(channel).mayRead({ user, session, issuedAt: Date.now() }, attachment);
  return answer.ok ? answer.value.attachment.name : answer.code;
}

const rowsOf = (channel: string) =>
  runInDurableObject(stubOf(channel), (_, { storage }) =>
    storage.sql.exec<{ ticket: string; seq: number; state: number }>("SELECT * FROM files ORDER BY seq").toArray(),
  );

/** Returns the one attachment of an event. */
function only(event: Parameters<typeof attachmentsOf>[0]) {
  const [attachment, ...more] = attachmentsOf(event);
  if (!attachment || more.length > 0) throw new Error("the message has not one attachment");
  return attachment;
}

test("[S244] members read a file, and outsiders, other channels and unknown ids get nothing", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  const { id } = only(await sayParts(a, epoch, { attachments: [photo()] }));
  expect(await read(alice, channel, id)).toBe("photo.jpg");
  expect(await read(bob, channel, id)).toBe("photo.jpg");
  const carol = await register("carol");
  expect(await read(carol, channel, id)).toBe("not_found");
  const other = await openGroup(alice, [bob]);
  expect(await read(alice, other, id)).toBe("not_found");
  for (const unknown of [
    "a_1",
    "a_0photo",
    `a_${"0".repeat(13)}${channel.slice(2)}`,
    `${id}x`,
    `${id.slice(0, 5)}x${id.slice(6)}`,
  ])
    expect(await read(alice, channel, unknown), unknown).toBe("not_found");
});

test("[S244] the answer has the stored file, and what the message says of it", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const variants = [{ name: "view", type: "image/webp", size: 7 } as const];
  const attachment = only(await sayParts(a, epoch, { attachments: [photo({ alt: "a harbour", variants })] }));
  const caller = { user: alice.id, session: alice.session, issuedAt: Date.now() };
  const answer = await stubOf(channel).mayRead(caller, attachment.id);
  expect(answer).toEqual({ ok: true, value: { file: expect.stringMatching(/^f_/), attachment } });
  expect(JSON.stringify(a.frames)).not.toContain(answer.ok ? answer.value.file : "");
});

describe("[S244] a file is gone from the next request on", () => {
  test("when its message is deleted", async () => {
    const { alice, bob, channel, a, epoch } = await openPair();
    const event = await sayParts(a, epoch, { attachments: [photo()] });
    const { id } = only(event);
    await perform(a, epoch, { type: "message.delete", seq: event.seq });
    for (const person of [alice, bob]) expect(await read(person, channel, id)).toBe("not_found");
    expect(await rowsOf(channel)).toMatchObject([{ seq: event.seq, state: expect.toSatisfy((state) => state >= 2) }]);
  });

  test("for a member who is removed, and again there when they return", async () => {
    const { alice, bob, channel, a, epoch } = await openTrio();
    const { id } = only(await sayParts(a, epoch, { attachments: [photo()] }));
    expect((await removeMember(alice, channel, bob)).ok).toBe(true);
    expect(await read(bob, channel, id)).toBe("not_found");
    expect((await putMember(alice, channel, bob)).ok).toBe(true);
    expect(await read(bob, channel, id)).toBe("photo.jpg");
  });

  test("for an access token that is older than the end of its session", async () => {
    const { alice, channel, a, epoch } = await openPair();
    const { id } = only(await sayParts(a, epoch, { attachments: [photo()] }));
    const issuedAt = Date.now();
    await stubOf(channel).endSessions({ user: alice.id, tokensFrom: issuedAt, openSessions: [] });
    const answer = await stubOf(channel).mayRead({ user: alice.id, session: alice.session, issuedAt }, id);
    expect(answer).toMatchObject({ ok: false, code: "token_expired" });
  });
});

test("[S244] with the history since joining, files before it are not there", async () => {
  const alice = await register("alice");
  const channel = await openGroup(alice, [], { history: "joined" });
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  const before = only(await sayParts(a, epoch, { attachments: [photo()] }));
  const bob = await register("bob");
  await putMember(alice, channel, bob);
  const after = only(await sayParts(a, epoch, { attachments: [photo()] }));
  expect(await read(bob, channel, before.id)).toBe("not_found");
  expect(await read(bob, channel, after.id)).toBe("photo.jpg");
  expect(await read(alice, channel, before.id)).toBe("photo.jpg");
});

describe("[S245] an edit", () => {
  test("removes attachments, keeps the order that it says, and changes alt texts", async () => {
    const { bob, channel, a, b, epoch } = await openPair();
    const names = ["one.jpg", "two.jpg", "three.jpg"];
    const sent = await sayParts(a, epoch, {
      attachments: names.map((name) => photo({ name, alt: name, thumbhash: "3OcR" })),
    });
    const [one, two, three] = attachmentsOf(sent);
    if (!one || !two || !three) throw new Error("three attachments were sent");
    const kept = [
      { id: three.id, alt: "" },
      { id: one.id, alt: " a port " },
    ];
    const event = await perform(a, epoch, { type: "message.edit", seq: sent.seq, text: "", attachments: kept });
    const { alt: _, ...bare } = three;
    expect(attachmentsOf(event)).toEqual([bare, { ...one, alt: "a port" }]);
    expect(await b.event(event.seq)).toEqual(event);
    expect(await Promise.all([one, two, three].map(({ id }) => read(bob, channel, id)))).toEqual([
      "one.jpg",
      "not_found",
      "three.jpg",
    ]);
    const versions = await stubOf(channel).versions(
      { user: bob.id, session: bob.session, issuedAt: Date.now() },
      sent.seq,
      0,
      10,
    );
    const { alt: _alt, thumbhash: _hash, ...nameOfTwo } = two;
    // The version says that the picture was there. What it showed is gone.
    expect(versions).toMatchObject({
      ok: true,
      value: { items: [{ text: "", attachments: [one, nameOfTwo, three] }] },
    });
    expect(JSON.stringify(versions)).not.toContain('two.jpg","alt"');
  });

  test("that names no attachment of the message, or one twice, or leaves nothing, is refused", async () => {
    const { a, b, epoch } = await openPair();
    const sent = await sayParts(a, epoch, { attachments: [photo()] });
    const { id } = only(sent);
    const other = only(await sayParts(a, epoch, { attachments: [photo()] }));
    const code = (text: string, ...ids: string[]) =>
      refusalCode(a, epoch, {
        type: "message.edit",
        seq: sent.seq,
        text,
        attachments: ids.map((one) => ({ id: one })),
      });
    expect(await code("x", other.id)).toBe("invalid");
    expect(await code("x", id, id)).toBe("invalid");
    expect(await code("")).toBe("invalid");
    const byBob: CommandContent = { type: "message.edit", seq: sent.seq, text: "x", attachments: [] };
    expect(await refusalCode(b, epoch, byBob)).toBe("forbidden");
    expect(await code("x")).toBe("accepted");
    expect(await code("", id)).toBe("invalid");
  });

  test("of the text alone keeps every file", async () => {
    const { alice, channel, a, epoch } = await openPair();
    const sent = await sayParts(a, epoch, { attachments: [photo()] });
    await perform(a, epoch, { type: "message.edit", seq: sent.seq, text: "a harbour" });
    expect(await read(alice, channel, only(sent).id)).toBe("photo.jpg");
  });
});

test("the sweep gets those tickets that a message has", async () => {
  const { channel, a, epoch } = await openPair();
  const events = [
    await sayParts(a, epoch, { attachments: [photo()] }),
    await sayParts(a, epoch, { attachments: [photo()] }),
  ];
  const tickets = (await rowsOf(channel)).map(({ ticket }) => ticket);
  await perform(a, epoch, { type: "message.delete", seq: events[0]?.seq ?? 0 });
  expect(await refusalCode(a, epoch, { type: "message.send", text: " ", attachments: [ticketFor(a), "x"] })).toBe(
    "ticket_invalid",
  );
  const answer = await stubOf(channel).heldTickets([...tickets, "0000000000000"]);
  expect(answer).toEqual({ ok: true, value: tickets.slice(1) });
});
