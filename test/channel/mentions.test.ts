// Mentions: the server finds them in a text, the same over the socket and HTTP.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Appended, Event, Mentions, Message } from "../../src/protocol";
import { call, putMember, register } from "../support/http";
import { perform, resume, shownBy, stableFieldsOf } from "../support/log";
import { openTrio } from "../support/pair";

const mentionsOf = ({ data }: Event): Mentions | null =>
  "body" in data && data.body.state === "live" ? data.body.mentions : null;
const noMentions = { users: [], all: null };

test("[S74] mentions are handles of members outside of code and addresses, each member once", async () => {
  const { bob, carol, a, b, epoch } = await openTrio();
  const stranger = await register("dave");
  const texts: [string, string[]][] = [
    [`@${bob.handle}, and @${carol.handle.toUpperCase()}.`, [bob.id, carol.id]],
    [`(@${bob.handle}) @${bob.handle}!`, [bob.id]],
    [`\`@${bob.handle}\` and \`\`\`\n@${carol.handle}\n\`\`\``, []],
    [`mail@${bob.handle} or x/@${bob.handle}`, []],
    [`@${stranger.handle} @nobody @`, []],
    [`@${bob.handle}x`, []],
  ];
  for (const [text, users] of texts) {
    const sent = await perform(a, epoch, { type: "message.send", text });
    expect(mentionsOf(sent), text).toEqual({ users, all: null });
    expect(mentionsOf(await b.event(sent.seq))).toEqual({ users, all: null });
  }
});

test("[S74] @here and @channel mention everyone only from members with the permission", async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  for (const all of ["here", "channel"] as const) {
    const sent = await perform(a, epoch, { type: "message.send", text: `hello @${all}.` });
    expect(mentionsOf(sent)).toEqual({ users: [], all });
    expect(mentionsOf(await perform(b, epoch, { type: "message.send", text: `hello @${all}` }))).toEqual(noMentions);
  }
  expect((await putMember(alice, channel, bob, "admin")).status).toBe(204);
  const sent = await perform(b, epoch, { type: "message.send", text: "@here and @channel" });
  expect(mentionsOf(sent)).toEqual({ users: [], all: "channel" });
});

test("[S74] an edit finds mentions again, over HTTP too, and a deletion removes them", async () => {
  const { alice, bob, carol, channel, a, epoch } = await openTrio();
  const path = `/v1/channels/${channel}/messages`;
  const body = { text: `@${bob.handle}` };
  const headers = { "idempotency-key": "send" };
  const { seq } = await call<Appended>(path, { method: "POST", token: alice.token, body, headers });
  expect(mentionsOf(await a.event(seq))).toEqual({ users: [bob.id], all: null });
  const edit = { method: "PATCH", token: alice.token, body: { text: `@${carol.handle}` } };
  await call(`${path}/${seq}`, { ...edit, headers: { "idempotency-key": "edit" } });
  const shown = () => call<Message>(`${path}/${seq}`, { token: bob.token });
  expect(await shown()).toMatchObject({ body: { mentions: { users: [carol.id], all: null } } });
  await perform(a, epoch, { type: "message.delete", seq });
  expect((await shown()).body).not.toHaveProperty("mentions");
});

test("[S31] a device that catches up shows the same mentions as a live one", async () => {
  const { bob, carol, channel, a, b, epoch } = await openTrio();
  const { seq } = await perform(a, epoch, { type: "message.send", text: `@${bob.handle}` });
  await perform(a, epoch, { type: "message.send", text: "@channel" });
  const last = await perform(a, epoch, { type: "message.edit", seq, text: `@${carol.handle}` });
  await b.event(last.seq);
  const from = b.events[0]?.seq ?? 0;
  const replayed = await resume(bob, channel, epoch, from - 1);
  expect(stableFieldsOf(replayed)).toEqual(stableFieldsOf(b));
  expect(shownBy(replayed)).toEqual(shownBy(b));
});

test("[S124] a word wins over an account that has it as its handle", async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  await env.DIRECTORY.prepare("UPDATE accounts SET handle = 'channel' WHERE id = ?").bind(bob.id).run();
  // The channel gets the handle with its next roster.
  expect((await putMember(alice, channel, bob, "admin")).status).toBe(204);
  expect((await putMember(alice, channel, bob, "member")).status).toBe(204);
  expect(mentionsOf(await perform(a, epoch, { type: "message.send", text: "@channel" }))).toEqual({
    users: [],
    all: "channel",
  });
  expect(mentionsOf(await perform(b, epoch, { type: "message.send", text: "@channel" }))).toEqual(noMentions);
});
