// The rules of text are the same over HTTP and sockets, for sends and edits.
import { beforeAll, describe, expect, test } from "vitest";
import { limits, type ServerFrame } from "../../src/protocol";
import { call, openDirect, type Person, register, request } from "../support/http";
import { type Device, join } from "../support/socket";

let alice: Person;
let messages: string;
let device: Device;
let epoch: string;
/** Sends a message of alice to edit. */
let seq: number;

beforeAll(async () => {
  alice = await register("alice");
  const channel = await openDirect(alice, await register("bob"));
  messages = `/v1/channels/${channel}/messages`;
  device = await join(alice, channel);
  ({ epoch } = await device.until((frame) => frame.type === "ready"));
  const sent = { method: "POST", token: alice.token, body: { text: "hello" }, headers: { "idempotency-key": "first" } };
  ({ seq } = await call<{ seq: number }>(messages, sent));
});

const composed = () => ({ nonce: crypto.randomUUID(), epoch, after: 0 });

/** Sends a text over HTTP. Returns `accepted` or the code of the refusal. */
async function offer(method: string, path: string, text: string): Promise<string> {
  const response = await request(path, { method, token: alice.token, body: { text, ...composed() } });
  return response.ok ? "accepted" : ((await response.json()) as { code: string }).code;
}

async function outcomeOf(id: string, nonce: string): Promise<string> {
  const isAnswer = (frame: ServerFrame): frame is ServerFrame =>
    frame.type === "events" ? frame.events.some((event) => event.nonce === nonce) : "id" in frame && frame.id === id;
  const frame = await device.until(isAnswer);
  return frame.type === "error" ? frame.code : "accepted";
}

const entrances: [string, (text: string) => Promise<string>][] = [
  ["an HTTP send", (text) => offer("POST", messages, text)],
  ["an HTTP edit", (text) => offer("PATCH", `${messages}/${seq}`, text)],
  [
    "a socket send",
    (text) => {
      const command = { type: "message.send", ...composed(), text } as const;
      return outcomeOf(device.send(command), command.nonce);
    },
  ],
  [
    "a socket edit",
    (text) => {
      const command = { type: "message.edit", ...composed(), seq, text } as const;
      return outcomeOf(device.send(command), command.nonce);
    },
  ],
];

describe.each(entrances)("[S35] %s", (_, enter) => {
  test.each([
    ["100,000 of ASCII", "a".repeat(limits.messageCodePoints)],
    ["100,000 of the BMP", "한".repeat(limits.messageCodePoints)],
    ["100,000 astral code points", "😀".repeat(limits.messageCodePoints)],
    ["99,999 controls and a letter", `${"\u0001".repeat(limits.messageCodePoints - 1)}a`],
    ["one code point", "a"],
  ])("accepts %s", async (_name, text) => {
    expect(await enter(text)).toBe("accepted");
  });

  test.each([
    ["100,001 of ASCII", "a".repeat(limits.messageCodePoints + 1), "message_too_long"],
    ["100,001 astral code points", "😀".repeat(limits.messageCodePoints + 1), "message_too_long"],
    ["a lone high surrogate", "a\ud83d", "invalid"],
    ["a lone low surrogate", "\ude00a", "invalid"],
    ["NUL", "a\0b", "invalid"],
    ["nothing", "", "invalid"],
    ["white space", " \n\u3000", "invalid"],
  ])("refuses %s", async (_name, text, code) => {
    expect(await enter(text)).toBe(code);
  });
});

test("a text comes back from the log unit by unit, over HTTP and as an event", async () => {
  const text = "\u0001\u001f\u007f\u0085\u2028\u2029 e\u0301 \ufeff👩‍👩‍👧\u{10ffff}\ufffe\u202e 'quoted\" \\ $1 %s ?1";
  const sent = { method: "POST", token: alice.token, body: { text, ...composed() } };
  const { seq: at } = await call<{ seq: number }>(messages, sent);
  expect(await call(`${messages}/${at}`, { token: alice.token })).toMatchObject({ body: { text } });
  await device.until((frame): frame is ServerFrame => frame.type === "events" && frame.head >= at);
  expect(device.events.find((event) => event.seq === at)).toMatchObject({ data: { body: { text } } });
});
