// The forward of a file: another message with the same bytes, which stay until no message has them.
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { openDirectory } from "../../src/directory/database";
import { sweepFiles } from "../../src/gateway/operations/file-sweep";
import type { Appended, Attachment, CompletedUpload, Message } from "../../src/protocol";
import { call, openDirect, openGroup, type Person, register, request } from "../support/http";
import { filePath, noise, sendFile, storedKeys } from "../support/uploads";

vi.setConfig({ testTimeout: 60_000 });

const forward = (who: Person, id: string, channel: string) =>
  request(`/v1/files/${id}/forwards`, { method: "POST", token: who.token, body: { channel } });

async function send(who: Person, channel: string, ticket: string): Promise<{ seq: number; attachment: Attachment }> {
  const path = `/v1/channels/${channel}/messages`;
  const headers = { "idempotency-key": crypto.randomUUID() };
  const body = { text: "", attachments: [ticket] };
  const { seq } = await call<Appended>(path, { method: "POST", token: who.token, headers, body });
  const message = await call<Message>(`${path}/${seq}`, { token: who.token });
  const [attachment] = message.body.state === "live" ? message.body.attachments : [];
  if (!attachment) throw new Error("the message has no attachment");
  return { seq, attachment };
}

const statusOf = async (who: Person, id: string): Promise<number> => {
  const response = await request(filePath(id), { token: who.token });
  await response.body?.cancel();
  return response.status;
};

test("[S247] a forward is another attachment of the same bytes, which stay until both messages are gone", async () => {
  const [alice, bob, carol] = await Promise.all([register("alice"), register("bob"), register("carol")]);
  const from = await openDirect(alice, bob);
  const to = await openGroup(bob, [carol]);
  const first = await sendFile(alice, from, { bytes: noise(100), name: "plan.bin" });
  expect((await forward(carol, first.id, to)).status).toBe(404);
  expect((await forward(bob, first.id, await openDirect(alice, alice))).status).toBe(404);
  const { ticket, size }: CompletedUpload = await (await forward(bob, first.id, to)).json();
  expect(size).toBe(100);
  const { seq, attachment } = await send(bob, to, ticket);
  expect(attachment).toMatchObject({ name: "plan.bin", size: 100 });
  expect(attachment.id).not.toBe(first.id);
  expect(await statusOf(carol, attachment.id)).toBe(200);
  expect(await statusOf(carol, first.id)).toBe(404);
  const keys = async () => (await storedKeys(env.FILES)).length;
  const before = await keys();
  const settle = async (channel: string) => {
    await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
    await sweepFiles(env, openDirectory(env.DIRECTORY), Date.now(), Date.now() + 5_000);
  };
  await settle(from);
  await settle(to);
  const path = `/v1/channels/${from}/messages/1`;
  await call(path, { method: "DELETE", token: alice.token, body: {} });
  await settle(from);
  expect(await statusOf(bob, first.id)).toBe(404);
  expect(await statusOf(carol, attachment.id)).toBe(200);
  await call(`/v1/channels/${to}/messages/${seq}`, { method: "DELETE", token: bob.token, body: {} });
  await settle(to);
  expect(await keys()).toBe(before - 1);
});

test("[S247] a forwarded file outlives the deletion of its first message before it is sent", async () => {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  const from = await openDirect(alice, bob);
  const notes = await openDirect(bob, bob);
  const first = await sendFile(alice, from, { bytes: noise(100) });
  const { ticket }: CompletedUpload = await (await forward(bob, first.id, notes)).json();
  await call(`/v1/channels/${from}/messages/1`, { method: "DELETE", token: alice.token, body: {} });
  await runDurableObjectAlarm(env.CHANNELS.getByName(from));
  await sweepFiles(env, openDirectory(env.DIRECTORY), Date.now(), Date.now() + 5_000);
  expect((await forward(bob, first.id, notes)).status).toBe(404);
  const { attachment } = await send(bob, notes, ticket);
  expect(await statusOf(bob, attachment.id)).toBe(200);
  expect(await statusOf(alice, attachment.id)).toBe(404);
});
