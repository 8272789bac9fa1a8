// Tickets: what makes an attachment, what does not, and what a repeat of a command gets.
import { describe, expect, test, vi } from "vitest";
import { type Appended, limits, type SentAttachment } from "../../src/protocol";
import { attachmentsOf, photo, sayParts, sign, ticketContent, ticketFor } from "../support/attachments";
import { call, openDirect, request } from "../support/http";
import { perform, refusalCode, resume } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { composedAt, type Device } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const sendOf = (attachments: SentAttachment[], text = "") => ({ type: "message.send", text, attachments }) as const;
const codeOf = (device: Device, epoch: string, ...attachments: SentAttachment[]) =>
  refusalCode(device, epoch, sendOf(attachments));

test("[S242] a ticket makes one attachment, with all that it says", async () => {
  const { a, b, epoch } = await openPair();
  const facts = {
    ...{ name: "바다.jpg", type: "image/jpeg", size: 9, width: 4_000, height: 3_000, durationMs: 5, thumbhash: "3OcR" },
    waveform: [0, 1, 255],
    variants: [{ name: "view", type: "image/webp", size: 7, width: 1_600, height: 1_200 } as const],
  };
  const ticket = sign(ticketContent(a.user, a.channel, facts));
  const event = await perform(a, epoch, sendOf([{ ticket, alt: "  the sea " }]));
  expect(attachmentsOf(event)).toEqual([photo({ ...facts, alt: "the sea" })]);
  expect(await b.event(event.seq)).toEqual(event);
  expect(await codeOf(a, epoch, ticket)).toBe("ticket_used");
  await perform(a, epoch, { type: "message.delete", seq: event.seq });
  expect(await codeOf(a, epoch, ticket)).toBe("ticket_used");
});

describe("[S242] a message is refused", () => {
  test.each([
    ["ticket_invalid", "of another account", { user: "u_other" }],
    ["ticket_invalid", "for another channel", { channel: "c_other" }],
    ["ticket_expired", "that is too old", { expires: Date.now() - 1 }],
  ])("with %s for a ticket %s, and nothing of it is stored", async (code, _, fields) => {
    const { a, epoch } = await openPair();
    const good = ticketFor(a);
    const bad = sign(ticketContent(a.user, a.channel, {}, fields));
    expect(await codeOf(a, epoch, good, bad)).toBe(code);
    expect(await codeOf(a, epoch, good)).toBe("accepted");
  });

  test("with ticket_invalid for a forged ticket, and ticket_used for one that is named twice", async () => {
    const { a, epoch } = await openPair();
    const ticket = sign(ticketContent(a.user, a.channel));
    for (const forged of [`${ticket}x`, ticket.slice(1), "x", "x.y", "a".repeat(limits.ticketCharacters)])
      expect(await codeOf(a, epoch, forged), forged).toBe("ticket_invalid");
    expect(await codeOf(a, epoch, ticket, ticket)).toBe("ticket_used");
    expect(await codeOf(a, epoch, ticket, { ticket, alt: "again" })).toBe("ticket_used");
    expect(await codeOf(a, epoch, ticket)).toBe("accepted");
  });

  test("with invalid for too many tickets, a longer ticket or alt text, and for nothing at all", async () => {
    const { a, epoch } = await openPair();
    const ten = Array.from({ length: limits.attachmentsPerMessage }, () => ticketFor(a));
    expect(await codeOf(a, epoch, ...ten, ticketFor(a))).toBe("invalid");
    expect(await codeOf(a, epoch, "x".repeat(limits.ticketCharacters + 1))).toBe("invalid");
    const long = { ticket: "x.y", alt: "x".repeat(limits.altCodePoints + 1) };
    expect(await codeOf(a, epoch, long)).toBe("invalid");
    expect(await codeOf(a, epoch)).toBe("invalid");
    expect(await codeOf(a, epoch, ...ten)).toBe("accepted");
  });
});

describe("[S243] a repeat of a message with attachments", () => {
  test("on a socket is the same message, also when its ticket is too old or its message changed", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const { bob, channel, a, epoch } = await openPair();
    const ticket = sign(ticketContent(a.user, a.channel));
    const command = { ...composedAt(epoch, 0), ...sendOf([{ ticket, alt: "a harbour" }], "look") };
    a.send(command);
    const { seq } = await a.event(1);
    const again = async () => (await a.answer(a.send(command), "ack")).seq;
    expect(await again()).toBe(seq);
    await perform(a, epoch, {
      type: "message.edit",
      seq,
      text: "",
      attachments: [{ id: attachmentsOf(await a.event(1))[0]?.id ?? "", alt: "a port" }],
    });
    expect(await again()).toBe(seq);
    vi.setSystemTime(Date.now() + 2 * limits.ticketMs);
    expect(await again()).toBe(seq);
    for (const other of [sendOf([ticket], "look"), sendOf([], "look"), sendOf([{ ticket, alt: "a harbour" }], "see")])
      expect((await a.answer(a.send({ ...command, ...other }), "error")).code).toBe("nonce_conflict");
    vi.useRealTimers();
    const device = await resume(bob, channel, epoch);
    expect(device.events.map(({ type }) => type)).toEqual(["message.sent", "message.edited"]);
  });

  test("over HTTP with an Idempotency-Key is the same message", async () => {
    const { alice, channel, a } = await openPair();
    const path = `/v1/channels/${channel}/messages`;
    const sent = (text: string, ticket: SentAttachment) => ({
      ...{ method: "POST", token: alice.token, headers: { "idempotency-key": "k" } },
      body: { text, attachments: [ticket] },
    });
    const ticket = ticketFor(a);
    const first = await call<Appended>(path, sent("", ticket));
    expect(await call<Appended>(path, sent("", ticket))).toEqual({ ...first, duplicate: true });
    const other = await request(path, sent("", ticketFor(a)));
    expect(await other.json()).toMatchObject({ code: "nonce_conflict" });
  });
});

test("[S242] tickets of a thread, of a reply and of two messages in one turn each make their own", async () => {
  const { a, b, epoch } = await openTrio();
  const { seq: root } = await sayParts(a, epoch, { attachments: [photo()] });
  const inThread = await sayParts(b, epoch, { attachments: [photo()] }, { thread: root });
  const reply = await sayParts(
    b,
    epoch,
    { text: "this", attachments: [photo(), photo({ name: "two.jpg" })] },
    { replyTo: root },
  );
  const shared = ticketFor(a);
  const outcomes = await Promise.all([codeOf(a, epoch, shared), codeOf(a, epoch, shared)]);
  expect(outcomes.toSorted()).toEqual(["accepted", "ticket_used"]);
  const ids = [inThread, reply].flatMap((event) => attachmentsOf(event).map(({ id }) => id));
  expect(new Set(ids).size).toBe(3);
});

test("[S242] a ticket for a direct channel is of no use in another one", async () => {
  const { alice, bob, a, epoch } = await openPair();
  const notes = await openDirect(alice, alice);
  const ticket = sign(ticketContent(alice.id, notes));
  expect(await codeOf(a, epoch, ticket)).toBe("ticket_invalid");
  const sent = {
    method: "POST",
    token: alice.token,
    headers: { "idempotency-key": "k" },
    body: { text: "", attachments: [ticket] },
  };
  expect((await request(`/v1/channels/${notes}/messages`, sent)).status).toBe(200);
  expect((await request(`/v1/channels/${notes}/messages`, { ...sent, token: bob.token })).status).toBe(404);
});
