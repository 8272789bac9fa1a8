// Frames of a hostile client: crafted, mutated, truncated. Such frames affect only the socket that
// sent them.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { channelCommand, decodeChannelCommand } from "../../src/protocol";
import { resume } from "../support/log";
import { openTrio } from "../support/pair";
import { runs } from "../support/runs";
import { composedAt, join } from "../support/socket";

const FRAMES = runs(500, 20_000);
const nonce = "0193b2a4-7c11-7d3e-9a55-1f2e3d4c5b6a";
const types = channelCommand.options.map(({ shape }) => shape.type.value);

const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(0, -1, 1, 2 ** 53, 1e308, 0.5, "", "1", nonce, "__proto__", "constructor", "👍", "\ud800", "\0"),
  fc.constantFrom<unknown>(null, true, [], {}, { $ne: 1 }, [[[[]]]]),
);
const id = fc.oneof(fc.constantFrom("1", "x"), oddValue);
const key = fc.constantFrom("nonce", "epoch", "after", "seq", "text", "emoji", "query", "from", "replyTo", "thread");
const crafted = fc
  .record({ id, type: fc.oneof(fc.constantFrom<string>(...types), oddValue), fields: fc.dictionary(key, oddValue) })
  .map(({ fields, ...head }) => JSON.stringify({ ...head, ...fields }));
const mutated = (epoch: string) =>
  fc
    .record({ type: fc.constantFrom<string>(...types), broken: key, value: oddValue, cut: fc.option(fc.nat(200)) })
    .map(({ type, broken, value, cut }) => {
      const whole = { id: "1", type, ...composedAt(epoch, 0), seq: 1, text: "hi", emoji: "👍", query: {} };
      const frame = JSON.stringify({ ...whole, [broken]: value });
      return cut === null ? frame : frame.slice(0, cut);
    });
const noise = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.constantFrom("", "[", '{"id":"1"', "null", "PING"));

test("[S15] hostile frames affect only their own socket and do not reset the object", {
  timeout: 3_600_000,
}, async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  const stub = env.CHANNELS.getByName(channel);
  const before = await runInDurableObject(stub, (instance) => instance);
  let hostile = await join(bob, channel);
  let answered = 0;
  const answers = () => a.frames.filter(({ type }) => type !== "events" && type !== "signal").length;
  const answersBefore = answers();
  const send = async (frames: string[]) => {
    for (const frame of frames) hostile.socket.send(frame);
    // With this answer the answers to all frames have arrived.
    await hostile.answer(hostile.send({ type: "read.mark", seq: 0 }), "ack");
    const refused = frames.filter((frame) => frame !== "ping" && !decodeChannelCommand(frame).ok).length;
    const errors = hostile.frames.filter(({ type }) => type === "error").length;
    expect(errors).toBeGreaterThanOrEqual(refused);
    answered += errors;
    hostile.close();
    hostile = await join(bob, channel);
  };
  const batch = fc.array(fc.oneof(crafted, mutated(epoch), noise), { minLength: 20, maxLength: 20 });
  await fc.assert(fc.asyncProperty(batch, send), { numRuns: Math.ceil(FRAMES / 20), endOnFailure: true });
  expect(answered).toBeGreaterThan(FRAMES / 2);
  await a.answer(a.send({ type: "read.mark", seq: 0 }), "ack");
  expect(a.closed).toBeNull();
  expect(b.closed).toBeNull();
  expect(a.frames.filter(({ type }) => type === "error")).toEqual([]);
  expect(answers()).toBe(answersBefore + 1);
  expect(await runInDurableObject(stub, (instance) => instance === before)).toBe(true);
  const replayed = await resume(alice, channel, epoch, 3);
  expect(replayed.events.map(({ seq }) => seq)).toEqual(a.events.map(({ seq }) => seq));
});
