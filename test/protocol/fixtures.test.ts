// Examples of everything on the wire, as files. What a server of this version wrote must stay
// readable.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import * as wire from "../../src/protocol";
import * as callIce from "../../src/protocol/call-ice";
import * as discovery from "../../src/protocol/discovery";
import * as guilds from "../../src/protocol/guilds";
import * as invites from "../../src/protocol/invites";
import * as operator from "../../src/protocol/operator";
import * as push from "../../src/protocol/push";
import * as requests from "../../src/protocol/requests";
import * as rest from "../../src/protocol/rest";
import * as search from "../../src/protocol/search";
import * as settings from "../../src/protocol/settings";

const folder = path.join(import.meta.dirname, `../fixtures/protocol-${wire.PROTOCOL_VERSION}`);
const files = readdirSync(folder);
const examples = z.array(z.unknown()).min(1);

/** Returns the schema of a kind of fixture. The first word of a file's name is its kind. */
function schemaOf(file: string): z.ZodType {
  const [kind = "", ...rest] = file.replace(/\.json$/, "").split(".");
  const name = rest.join(".");
  const union = unions[kind]?.find((schema) => schema.options.some((option) => literalOf(option, schema) === name));
  const found = union ?? restSchemas.get(name) ?? alone[kind];
  if (!found) throw new Error(`nothing on the wire is called ${file}`);
  return found;
}

type Union = z.ZodDiscriminatedUnion<readonly z.ZodObject[], string>;
const unions: Record<string, Union[]> = {
  command: [wire.channelCommand, wire.userCommand],
  frame: [wire.serverFrame],
  event: [wire.event],
  body: [wire.body],
  signal: [wire.signal],
};

const alone: Record<string, z.ZodType> = { problem: wire.problem, job: wire.pushJob, message: wire.message };

const literalOf = (option: z.ZodObject, union: Union): string => {
  const literal = option.shape[union.def.discriminator];
  if (!(literal instanceof z.ZodLiteral)) throw new Error("a member of the union has no literal");
  return String(literal.value);
};

const restSchemas = new Map(
  Object.entries<unknown>({
    ...rest,
    ...guilds,
    ...requests,
    ...invites,
    ...callIce,
    ...discovery,
    ...operator,
    ...push,
    ...search,
    ...settings,
  }).filter((entry): entry is [string, z.ZodObject | Union] => {
    return entry[1] instanceof z.ZodObject || entry[1] instanceof z.ZodDiscriminatedUnion;
  }),
);

describe.each(Object.entries(unions))("every %s", (kind, members) => {
  const names = members.flatMap((union) => union.options.map((option) => literalOf(option, union)));
  test.each(names)("%s has an example", (name) => {
    expect(files).toContain(`${kind}.${name}.json`);
  });
});

test.each([...restSchemas.keys()])("the HTTP body %s has an example", (name) => {
  expect(files).toContain(`rest.${name}.json`);
});

test.each(files)("%s is read and written back unchanged", (file) => {
  const schema = schemaOf(file);
  for (const example of examples.parse(JSON.parse(readFileSync(path.join(folder, file), "utf8")))) {
    // Fields that an earlier version left out are filled in. Nothing else changes.
    expect(JSON.parse(JSON.stringify(schema.parse(example)))).toMatchObject(Object(example));
  }
});

test("[S12] an unknown field is skipped, and the rest is read", () => {
  const frame = { type: "ack", id: "1", seq: 4, mood: "sunny" };
  expect(wire.decodeServerFrame(JSON.stringify(frame))).toEqual({ ok: true, value: { type: "ack", id: "1", seq: 4 } });
});
