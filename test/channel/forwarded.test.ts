// Messages that their sender marks as forwarded.
import { expect, test } from "vitest";
import type { Message, Page } from "../../src/protocol";
import { ticketFor } from "../support/attachments";
import { call } from "../support/http";
import { perform, readAll, refusalCode, resume, say, shownBy } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

test("[S269] a forwarded message says so live, on resuming, on pages, after an edit and once deleted", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const plain = await say(a, epoch, "written here");
  const sent = await perform(a, epoch, { type: "message.send", text: "from elsewhere", forwarded: true });
  expect(sent.data).toMatchObject({ forwarded: true, body: { text: "from elsewhere" } });
  expect((await b.event(sent.seq)).data).toMatchObject({ forwarded: true });
  const read = (seq: number) => call<Message>(`/v1/channels/${channel}/messages/${seq}`, { token: bob.token });
  expect(await read(plain)).not.toHaveProperty("forwarded");
  expect(await read(sent.seq)).toMatchObject({ forwarded: true, body: { state: "live" } });
  await perform(a, epoch, { type: "message.edit", seq: sent.seq, text: "changed" });
  expect(await read(sent.seq)).toMatchObject({ forwarded: true, body: { text: "changed" } });
  const page = await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token });
  expect(page.messages.map(({ forwarded = false }) => forwarded)).toEqual([false, true]);
  await perform(a, epoch, { type: "message.delete", seq: sent.seq });
  expect(await read(sent.seq)).toMatchObject({ forwarded: true, body: { state: "deleted" } });
  expect(shownBy(await resume(bob, channel, epoch, 0))).toEqual(shownBy(b));
  expect(shownBy(b)).toEqual((await readAll(bob, channel)).messages);
});

test("[S269] the mark belongs to the command: a repeat without it is another one", async () => {
  const { a, epoch } = await openPair();
  const composed = { ...composedAt(epoch, 0), type: "message.send", text: "one" } as const;
  a.send({ ...composed, forwarded: true });
  const { seq } = await a.event(1);
  expect(await a.answer(a.send({ ...composed, forwarded: true }), "ack")).toMatchObject({ seq });
  expect(await a.answer(a.send(composed), "error")).toMatchObject({ code: "nonce_conflict" });
});

test("[S269] a reply in a thread may be forwarded, but not also be sent to the channel; files may be its only part", async () => {
  const { a, epoch } = await openPair();
  const root = await say(a, epoch, "root");
  const reply = { type: "message.send", text: "reply", thread: root, forwarded: true } as const;
  expect((await perform(a, epoch, reply)).data).toMatchObject({ thread: root, forwarded: true });
  expect(await refusalCode(a, epoch, { ...reply, toChannel: true })).toBe("invalid");
  const withFile = { type: "message.send", text: "", forwarded: true, attachments: [ticketFor(a)] } as const;
  const { data } = await perform(a, epoch, { ...withFile, attachments: [...withFile.attachments] });
  expect(data).toMatchObject({ forwarded: true, body: { attachments: [{ name: expect.any(String) }] } });
});
