import * as fc from "fast-check";
import { expect, test } from "vitest";
import { channelCommand, decodeChannelCommand, limits } from "../../src/protocol";
import { readPlainPage, readPlainSend, readPlainSubscribe } from "../../src/protocol/plain-send";
import { runs } from "../support/runs";

const nonce = "0193b2a4-7c11-7d3e-9a55-1f2e3d4c5b6a";
const plain = { id: "7", type: "message.send", nonce, epoch: "k3f9", after: 0, text: "hello" };

const odd = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.jsonValue(),
  fc.string(),
  fc.double(),
  fc.constant([]),
);
const almost = fc.record(
  {
    id: fc.oneof(fc.string({ maxLength: 70 }), odd),
    type: fc.oneof({ weight: 8, arbitrary: fc.constant("message.send") }, fc.constant("message.edit"), odd),
    nonce: fc.oneof(
      { weight: 4, arbitrary: fc.uuid() },
      fc.constant(nonce.toUpperCase()),
      fc.constant("0".repeat(36)),
      odd,
    ),
    epoch: fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[0-9a-z]{0,34}$/) }, odd),
    after: fc.oneof({ weight: 4, arbitrary: fc.integer() }, fc.constantFrom(-0, 0.5, 2 ** 53, -1), odd),
    text: fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: "binary" }) },
      fc.constantFrom(" ", "\0", "\ud800", ""),
      odd,
    ),
    replyTo: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, fc.nat(), odd),
    mood: fc.constantFrom(undefined, "sunny"),
  },
  { requiredKeys: ["id", "type", "nonce", "epoch", "after", "text"] },
);

/** Expects that the decoder reads and refuses the same commands as the schema. */
function expectReadAsSchema(commands: fc.Arbitrary<unknown>): void {
  fc.assert(
    fc.property(commands, (raw) => {
      const frame = JSON.stringify(raw);
      const parsed = channelCommand.safeParse(JSON.parse(frame));
      const decoded = decodeChannelCommand(frame);
      expect(decoded.ok).toBe(parsed.success);
      if (decoded.ok) expect(decoded.value).toEqual(parsed.data);
    }),
    { numRuns: runs(1_000, 50_000) },
  );
}

test("the fast reader reads what the schema reads, and nothing that it refuses", () => {
  expectReadAsSchema(almost);
});

test("the fast reader reads the usual message", () => {
  expect(readPlainSend(plain)).toEqual(plain);
  expect(readPlainSend({ ...plain, text: "x".repeat(limits.messageCodePoints) })).not.toBeNull();
});

const subscribe = {
  id: "7",
  type: "channel.subscribe",
  from: { epoch: "k3f9", after: 5 },
  hereInBatches: true,
  purges: true,
};
const almostSubscribe = fc.record(
  {
    id: fc.oneof(fc.string({ maxLength: 70 }), odd),
    type: fc.oneof({ weight: 8, arbitrary: fc.constant("channel.subscribe") }, odd),
    from: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record(
          {
            epoch: fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[0-9a-z]{0,34}$/) }, odd),
            after: fc.oneof({ weight: 4, arbitrary: fc.integer() }, fc.constantFrom(-0, 0.5, 2 ** 53, -1), odd),
            mood: fc.constantFrom("sunny"),
          },
          { requiredKeys: ["epoch", "after"] },
        ),
      },
      odd,
    ),
    hereInBatches: fc.oneof({ weight: 6, arbitrary: fc.boolean() }, odd),
    purges: fc.oneof({ weight: 6, arbitrary: fc.boolean() }, odd),
    mood: fc.constantFrom(undefined, "sunny"),
  },
  { requiredKeys: ["id", "type"] },
);

test("the fast reader of subscriptions reads what the schema reads, and nothing that it refuses", () => {
  expectReadAsSchema(almostSubscribe);
  expect(readPlainSubscribe(subscribe)).toEqual(subscribe);
});

const anyInteger = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -1, max: 300 }) }, odd);
const almostPage = fc.record(
  {
    id: fc.oneof(fc.string({ maxLength: 70 }), odd),
    type: fc.oneof({ weight: 8, arbitrary: fc.constant("history.page") }, odd),
    query: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record(
          { limit: anyInteger, before: anyInteger, after: anyInteger, thread: anyInteger },
          { requiredKeys: [] },
        ),
      },
      odd,
    ),
    mood: fc.constantFrom(undefined, "sunny"),
  },
  { requiredKeys: ["id", "type", "query"] },
);

test("the fast reader of pages reads what the schema reads, and nothing that it refuses", () => {
  expectReadAsSchema(almostPage);
  const newest = { id: "7", type: "history.page", query: { limit: 50 } };
  expect(readPlainPage(newest)).toEqual(newest);
  expect(readPlainPage({ ...newest, query: { limit: 50, before: 9 } })).toEqual({
    ...newest,
    query: { before: 9, limit: 50 },
  });
});
