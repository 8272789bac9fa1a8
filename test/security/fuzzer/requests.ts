// The requests of the fuzzer, built from the server's own OpenAPI document.
import { randomUUID } from "node:crypto";
import type { SeededRandom } from "../../simulation/kit/seeded-random.ts";
import type { HttpAnswer, HttpAsk } from "../attack.ts";
import { type Definitions, type JsonSchema, mismatch } from "./json-schema.ts";
import type { ValueMaker } from "./values.ts";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: JsonSchema;
}

type Content = Record<string, { schema?: JsonSchema }>;

interface Documented {
  $ref?: string;
  content?: Content;
}

export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: JsonSchema | null;
  responses: Record<string, Documented>;
}

export interface ApiDocument {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Parameter[];
        requestBody?: { content: Content };
        responses: Operation["responses"];
      }
    >
  >;
  components: { schemas: Definitions; responses: Record<string, Documented> };
}

/** Operations that are not asked: sockets have a part of their own. */
const isSocket = (path: string): boolean => path.endsWith("/socket");

export function operationsOf({ paths, components }: ApiDocument): Operation[] {
  const resolve = ({ $ref, ...response }: Documented) =>
    components.responses[$ref?.split("/").at(-1) ?? ""] ?? response;
  return Object.entries(paths).flatMap(([path, methods]) =>
    isSocket(path)
      ? []
      : Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
          method: method.toUpperCase(),
          path,
          parameters,
          body: requestBody?.content["application/json"]?.schema ?? null,
          responses: Object.fromEntries(Object.entries(responses).map(([status, one]) => [status, resolve(one)])),
        })),
  );
}

const oddBodies = [
  "",
  "{",
  "[]",
  "null",
  "0",
  '"x"',
  '{"a":1,"a":2}',
  "[".repeat(2_000),
  `{"text":"${"x".repeat(5_000)}`,
];
const oddCursors = ["", "~", "1~s_1", "0", "9999", "1".repeat(200), "%E0%A4%A", "9".repeat(16).concat("~1")];

/** Makes the request of an operation. `isOdd` is false for one that should be valid. */
export function requestOf(operation: Operation, random: SeededRandom, values: ValueMaker, isOdd: boolean): HttpAsk {
  const share = isOdd ? 0.12 : 0;
  const textFor = ({ name, schema }: Parameter): string => String(values.make(schema, name, share));
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((one) => one.in === "path" && one.name === name);
    const value = parameter ? textFor(parameter) : values.oddText();
    // Some odd values are sent as they are, so that broken encodings arrive too. The runtime itself
    // refuses the characters that no URI may hold, so those are always encoded.
    const safe = encodeURIComponent(value.toWellFormed()) || "x";
    return isOdd && random.chance(0.05) && /^[\w.~!$&'()*+,;=:@%/?#-]+$/.test(value)
      ? value.replace(/[?#]/g, "")
      : safe;
  });
  const query = operation.parameters
    .filter((one) => one.in === "query" && (one.required || random.chance(0.4)))
    // Only the answer of a list has a cursor that the list takes.
    .filter((one) => isOdd || one.name !== "cursor")
    .map((one) => {
      const value = one.name === "cursor" ? random.pick(oddCursors) : textFor(one);
      return `${encodeURIComponent(one.name)}=${encodeURIComponent(value.toWellFormed())}`;
    });
  const ask: HttpAsk = { method: operation.method, path: query.length > 0 ? `${path}?${query.join("&")}` : path };
  if (operation.body) {
    const isBroken = isOdd && random.chance(0.08);
    ask.body = isBroken ? random.pick(oddBodies) : JSON.stringify(values.make(operation.body, "", share));
    if (random.chance(0.5)) ask.headers = { "idempotency-key": isOdd ? headerText(values.oddText()) : randomUUID() };
    if (isOdd && random.chance(0.03)) ask.headers = { "content-type": "text/plain" };
  }
  return ask;
}

/** A header holds neither control characters nor letters outside of Latin-1. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, "").slice(0, 300);

/** Returns how an answer differs from what the document says; null if it does not. */
export function documentMismatch(
  { status, type, text }: HttpAnswer,
  { responses }: Operation,
  definitions: Definitions,
): string | null {
  const documented = responses[String(status)];
  const response = documented ?? responses.default;
  if (!response) return `the status ${status} is not documented`;
  if (documented === undefined && status < 400) return `the status ${status} is not documented`;
  if (!response.content) return text === "" ? null : `${status} has a body that is not documented`;
  const schema = response.content[type]?.schema;
  if (schema === undefined) return `${status} has the type ${type || "none"}, which is not documented`;
  if (!type.includes("json")) return null;
  try {
    return mismatch(JSON.parse(text), schema, definitions);
  } catch (error) {
    if (error instanceof SyntaxError) return `${status} is not JSON`;
    throw error;
  }
}
