// The shape of the wire as one hash, so that every change is noticed.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import * as z from "zod";
import * as wire from "../../src/protocol";

/** The fingerprint of the wire by its version. */
const pins: Record<number, string> = {
  1: "765ebfdf4d663e87c50cfc1220f81352",
};

const prose = new Set(["description", "example", "title", "$schema"]);

/**
 * Removes texts for people, which may change. A field named `title` stays, because its schema is an
 * object.
 */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !prose.has(key) || typeof inner === "object");
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, bare(inner)]));
}

const schemas = Object.entries<unknown>(wire)
  .filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, schema]) => [name, bare(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }))]);

const shape = {
  schemas,
  errors: Object.entries(wire.errors)
    .map(([code, { status, temporary }]) => [code, status, temporary])
    .sort(),
  closeCodes: bare(wire.closeCodes),
  subprotocol: [wire.SUBPROTOCOL, wire.TOKEN_SUBPROTOCOL_PREFIX, wire.DEVICE_SUBPROTOCOL_PREFIX, wire.PING, wire.PONG],
};

test("the wire has the pinned shape of its version", () => {
  const fingerprint = createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 32);
  expect(
    fingerprint,
    `The wire has changed: its fingerprint is ${fingerprint}. If a client of version ${wire.PROTOCOL_VERSION} would break, ` +
      "raise PROTOCOL_VERSION, pin the new version and add fixtures. If none would (an optional field, a new command), " +
      "update the pin.",
  ).toBe(pins[wire.PROTOCOL_VERSION]);
});

test("the fingerprint covers commands, frames, HTTP bodies, problems and jobs", () => {
  const names = schemas.map(([name]) => name);
  const parts = [
    "channelCommand",
    "userCommand",
    "serverFrame",
    "event",
    "body",
    "signal",
    "inboxRow",
    "page",
    "problem",
    "pushJob",
  ];
  expect(names).toEqual(
    expect.arrayContaining([...parts, "registration", "credentials", "sendMessage", "appended", "gatewayAnswer"]),
  );
});
