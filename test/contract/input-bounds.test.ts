// Every input has an upper bound: every string, array, record and number of every schema that reads
// what a client sends. The schemas are those that the routes declare and those of the sockets and
// the push queue, so that a new one is checked without a change here.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { app } from "../../src/gateway/app";
import { channelCommand, limits, pushJob, registration, subscribePush, userCommand } from "../../src/protocol";
import { register, request } from "../support/http";

interface RouteInput {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: { content: Record<string, { schema: z.ZodType }> };
}

const routes = app.openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === "route" ? [definition.route] : [],
);
const inputs: [string, z.ZodType][] = [
  ["channel socket", channelCommand],
  ["user socket", userCommand],
  ["push queue", pushJob],
  ...routes.flatMap(({ method, path, request = {} }): [string, z.ZodType][] => {
    const { params, query, body } = request as RouteInput;
    const parts = { params, query, body: body?.content["application/json"]?.schema };
    return Object.entries(parts).flatMap(([part, schema]) =>
      schema ? [[`${method.toUpperCase()} ${path} ${part}`, schema]] : [],
    );
  }),
];

/** Returns whether an anchored pattern matches only texts of bounded length. */
function isBoundedPattern(source: string): boolean {
  const bare = source.replace(/\\./g, "_").replace(/\[[^\]]*\]/g, "_");
  return bare.startsWith("^") && bare.endsWith("$") && !/[*+]|\{\d+,\}/.test(bare);
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Returns the paths of a schema at which a value may be arbitrarily large. */
function unboundedPaths(schema: z.ZodType): string[] {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  return pathsIn(root, "", $defs);
}

function pathsIn(schema: JsonSchema, path: string, defs: Record<string, JsonSchema>): string[] {
  const inner = (one: unknown, at: string) => pathsIn(one as JsonSchema, at, defs);
  if (schema.$ref !== undefined) return inner(defs[schema.$ref.replace("#/$defs/", "")] ?? {}, path);
  if (schema.const !== undefined || schema.enum !== undefined) return [];
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (parts && schema.allOf && parts.some((part) => inner(part, path).length === 0)) return [];
  if (parts) return parts.flatMap((part) => inner(part, path));
  switch (schema.type) {
    case "string": {
      const isBounded = schema.maxLength !== undefined || (schema.pattern && isBoundedPattern(schema.pattern));
      return isBounded ? [] : [path];
    }
    case "number":
    case "integer":
      return schema.maximum !== undefined && schema.minimum !== undefined ? [] : [path];
    case "array": {
      const items = schema.items === undefined ? [] : inner(schema.items, `${path}[]`);
      return [...(schema.maxItems === undefined ? [`${path}[]`] : []), ...items];
    }
    case "object": {
      const open = typeof schema.additionalProperties === "object" ? [`${path}{}`] : [];
      return [
        ...open,
        ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => inner(one, `${path}.${name}`)),
      ];
    }
    case "boolean":
    case "null":
      return [];
    default:
      return [`${path}?`];
  }
}

/**
 * Inputs that another schema reads, or that the size of the whole request bounds: the commands of a
 * request are decoded one by one.
 */
const readElsewhere = ["POST /v1/channels/{channel}/commands body"];

describe("[S126] every input", () => {
  test("is found", () => {
    const names = inputs.map(([name]) => name);
    expect(names).toContain("POST /v1/push/subscriptions body");
    expect(names).toContain("GET /v1/search query");
    expect(names.length).toBeGreaterThan(40);
  });

  test.each(inputs)("%s has an upper bound", (name, schema) => {
    expect(unboundedPaths(schema)).toEqual(readElsewhere.includes(name) ? [".commands[]?"] : []);
  });

  test("without a bound is noticed", () => {
    const open = z.object({
      a: z.string(),
      b: z.array(z.literal("x")),
      c: z.record(z.string(), z.boolean()),
      d: z.number().min(0),
      e: z.string().regex(/^a+$/),
      f: z.string().regex(/a{1,3}/),
      g: z
        .string()
        .transform((text) => text.trim())
        .optional(),
    });
    expect(unboundedPaths(open)).toEqual([".a", ".b[]", ".c{}", ".d", ".e", ".f", ".g"]);
    const closed = z.object({ a: z.string().max(3), b: z.uuid(), c: z.string().regex(/^[a*]{1,3}\+$/), d: z.int() });
    expect(unboundedPaths(closed)).toEqual([]);
  });
});

describe("[S126] the keys of a push subscription", () => {
  const key = `B${"A".repeat(86)}`;
  const secret = "A".repeat(22);
  const read = (p256dh: string, auth: string) =>
    subscribePush.safeParse({ kind: "web", endpoint: "https://push.example/1", keys: { p256dh, auth } }).success;

  test("have exactly their bytes, padded or not", () => {
    expect(read(key, secret)).toBe(true);
    expect(read(`${key}=`, `${secret}==`)).toBe(true);
  });

  test.each([
    ["a megabyte of padding", key + "=".repeat(1_000_000), secret],
    ["a megabyte of padding of the secret", key, secret + "=".repeat(1_000_000)],
    ["two signs of padding", `${key}==`, secret],
    ["64 bytes", key.slice(0, -1), secret],
    ["66 bytes", `${key}A`, secret],
    ["bits beyond the last byte", `${key.slice(0, -1)}B`, secret],
    ["a compressed point", `A${key.slice(1)}`, secret],
    ["15 bytes of the secret", key, secret.slice(1)],
    ["17 bytes of the secret", key, `${secret}A`],
  ])("are refused with %s", (_name, p256dh, auth) => {
    expect(read(p256dh, auth)).toBe(false);
  });
});

describe("[S126] a header that is too long", () => {
  const long = "a".repeat(limits.headerCharacters + 1);

  test("is refused before it is read", async () => {
    const alice = await register("alice");
    expect((await request("/v1/me", { token: long })).status).toBe(400);
    for (const header of ["if-none-match"]) {
      const response = await request("/v1/inbox", { token: alice.token, headers: { [header]: long } });
      expect(await response.json(), header).toMatchObject({ code: "invalid" });
    }
    const socket = await request("/v1/socket", { headers: { upgrade: "websocket", "sec-websocket-protocol": long } });
    expect(socket.status).toBe(400);
  });

  test("of the user agent is cut", async () => {
    const body = { handle: `cut-${crypto.randomUUID().slice(0, 8)}`, name: "Cut", password: "correct horse battery" };
    expect(registration.safeParse(body).success).toBe(true);
    const response = await request("/v1/accounts", { method: "POST", body, headers: { "user-agent": long } });
    expect(response.status).toBe(200);
  });
});
