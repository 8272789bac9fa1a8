// Commands over HTTP. Each runs once, by its nonce or by its idempotency key.
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { Appended } from "../../src/protocol";
import { call, ORIGIN, openDirect, type Person, register, request } from "../support/http";
import { refused } from "./problem";

let channel: string;
let alice: Person;
let bob: Person;
let messages: string;

beforeAll(async () => {
  alice = await register("alice");
  bob = await register("bob");
  channel = await openDirect(alice, bob);
  messages = `/v1/channels/${channel}/messages`;
});

describe("[S58] a command over HTTP", () => {
  const send = (text: string, key?: string) => ({
    method: "POST",
    token: alice.token,
    body: { text },
    headers: key === undefined ? {} : { "idempotency-key": key },
  });

  test("needs a nonce or a key, so that it can be repeated", async () => {
    expect(await refused(messages, send("hello"))).toMatchObject({ code: "idempotency_key_required" });
    const { seq } = await call<Appended>(messages, send("hello", crypto.randomUUID()));
    const edit = { method: "PATCH", token: alice.token, body: { text: "hello, bob" } };
    expect(await refused(`${messages}/${seq}`, edit)).toMatchObject({ code: "idempotency_key_required" });
    const half = { ...send("hello"), body: { text: "hello", nonce: crypto.randomUUID(), after: 0 } };
    expect(await refused(messages, half)).toMatchObject({ code: "idempotency_key_required" });
  });

  test.each([0, 256])("refuses a key of %i characters", async (length) => {
    expect(await refused(messages, send("hello", "k".repeat(length)))).toMatchObject({ code: "invalid" });
  });

  test("[S59] with the same key runs once", async () => {
    const key = "k".repeat(255);
    const first = await call<Appended>(messages, send("once", key));
    const again = await Promise.all([1, 2, 3].map(() => call<Appended>(messages, send("once", key))));
    expect(first.duplicate).toBe(false);
    for (const answer of again) expect(answer).toEqual({ ...first, duplicate: true });
  });

  test("[S59] with the same key eight times at once runs once", async () => {
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => call<Appended>(messages, send("at once", key))));
    expect(new Set(answers.map((answer) => answer.seq)).size).toBe(1);
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
  });

  test("[S59] with another text or type under the same key is a conflict", async () => {
    const key = crypto.randomUUID();
    const { seq } = await call<Appended>(messages, send("first", key));
    expect(await refused(messages, send("second", key))).toMatchObject({ code: "nonce_conflict" });
    const edit = { ...send("first", key), method: "PATCH" };
    expect(await refused(`${messages}/${seq}`, edit)).toMatchObject({ code: "nonce_conflict" });
  });

  test("[S59] with the key of another user, or in another channel, is another command", async () => {
    const key = crypto.randomUUID();
    const { seq } = await call<Appended>(messages, send("mine", key));
    const other = await call<Appended>(messages, { ...send("mine", key), token: bob.token });
    expect(other).toMatchObject({ duplicate: false, seq: seq + 1 });
    const notes = await openDirect(alice, alice);
    expect(await call(`/v1/channels/${notes}/messages`, send("mine", key))).toMatchObject({ duplicate: false, seq: 1 });
  });

  test("[S58] has one identity: a key beside a nonce, an epoch or a position is invalid", async () => {
    const { head: after, epoch } = await call<{ head: number; epoch: string }>(messages, { token: alice.token });
    const { seq } = await call<Appended>(messages, send("of one identity", crypto.randomUUID()));
    const whole = { nonce: crypto.randomUUID(), epoch, after };
    const { nonce } = whole;
    for (const identity of [whole, { nonce }, { epoch }, { after }, { nonce, epoch }, { epoch, after }]) {
      const headers = { "idempotency-key": crypto.randomUUID() };
      const sent = { token: alice.token, headers };
      const body = { text: "twofold", ...identity };
      for (const [path, method] of [
        [messages, "POST"],
        [`${messages}/${seq}`, "PATCH"],
      ] as const)
        expect(await refused(path, { ...sent, method, body })).toMatchObject({ code: "invalid" });
      const erase = { ...sent, method: "DELETE", body: identity };
      expect(await refused(`${messages}/${seq}`, erase)).toMatchObject({ code: "invalid" });
    }
    const { messages: listed } = await call<{ messages: { seq: number }[] }>(messages, { token: alice.token });
    expect(listed.at(-1)?.seq).toBe(seq);
  });

  test("[S25] with nonce and cursor runs once", async () => {
    const { head: after, epoch } = await call<{ head: number; epoch: string }>(messages, { token: alice.token });
    const body = { text: "by nonce", nonce: crypto.randomUUID(), epoch, after };
    const first = await call<Appended>(messages, { method: "POST", token: alice.token, body });
    expect(first).toMatchObject({ nonce: body.nonce, seq: after + 1, duplicate: false });
    const again = { method: "POST", token: alice.token, body };
    expect(await call(messages, again)).toEqual({ ...first, duplicate: true });
    expect(await refused(messages, { ...again, body: { ...body, text: "other" } })).toMatchObject({
      code: "nonce_conflict",
    });
  });

  test("[S34] that deletes needs no nonce, no key and no body, and can be repeated", async () => {
    const { seq } = await call<Appended>(messages, send("soon gone", crypto.randomUUID()));
    const first = await call<Appended>(`${messages}/${seq}`, { method: "DELETE", token: alice.token });
    expect(first.duplicate).toBe(false);
    const again = await call<Appended>(`${messages}/${seq}`, { method: "DELETE", token: alice.token, body: {} });
    expect(again).toMatchObject({ seq: first.seq, duplicate: true });
  });

  test("[S58] that deletes may have a nonce or a key", async () => {
    const { epoch } = await call<{ epoch: string }>(messages, { token: alice.token });
    const [one, other] = [
      await call<Appended>(messages, send("one", "one")),
      await call<Appended>(messages, send("other", "other")),
    ];
    const body = { nonce: crypto.randomUUID(), epoch, after: other.seq };
    const sent = { method: "DELETE", token: alice.token, body };
    const first = await call<Appended>(`${messages}/${one.seq}`, sent);
    expect(first).toMatchObject({ nonce: body.nonce, duplicate: false });
    expect(await call(`${messages}/${one.seq}`, sent)).toEqual({ ...first, duplicate: true });
    expect(await refused(`${messages}/${other.seq}`, sent)).toMatchObject({ code: "nonce_conflict" });
  });

  test("[S58] that deletes is read from a body in several chunks", async () => {
    const { epoch } = await call<{ epoch: string }>(messages, { token: alice.token });
    const { seq } = await call<Appended>(messages, send("in pieces", "in pieces"));
    const nonce = crypto.randomUUID();
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    void writer
      .write(new TextEncoder().encode(JSON.stringify({ nonce, epoch, after: seq })))
      .then(() => writer.close());
    const headers = { "content-type": "application/json", authorization: `Bearer ${alice.token}` };
    const sent = new Request(`${ORIGIN}${messages}/${seq}`, { method: "DELETE", headers, body: readable });
    expect(await (await exports.default.fetch(sent)).json()).toMatchObject({ nonce, duplicate: false });
  });

  test("[S33] that deletes leaves the text in no answer", async () => {
    const secret = `secret ${crypto.randomUUID()}`;
    const { seq } = await call<Appended>(messages, send(secret, crypto.randomUUID()));
    await call(`${messages}/${seq}`, { method: "DELETE", token: alice.token });
    expect(await call(`${messages}/${seq}`, { token: bob.token })).toMatchObject({ body: { state: "deleted" } });
    expect(await (await request(messages, { token: bob.token })).text()).not.toContain(secret);
  });

  test("[S37] marks never go back or pass the head, and [S38] sending marks as read", async () => {
    const { seq: head } = await call<Appended>(messages, send("read me", crypto.randomUUID()));
    const read = (seq: number, { token }: Person) =>
      call(`/v1/channels/${channel}/read`, { method: "PUT", token, body: { seq } });
    expect(await read(0, alice)).toEqual({ seq: head });
    expect(await read(1, bob)).not.toEqual({ seq: 0 });
    expect(await read(head + 100, bob)).toEqual({ seq: head });
    expect(await read(1, bob)).toEqual({ seq: head });
  });
});
