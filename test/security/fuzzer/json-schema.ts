// JSON Schema, as far as the OpenAPI document uses it: checks a value against a schema.

export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  default?: unknown;
}

export type Definitions = Record<string, JsonSchema>;

const REF = "#/components/schemas/";

/** Follows references. Throws for one that the document does not define. */
export function resolved(schema: JsonSchema, definitions: Definitions): JsonSchema {
  let current = schema;
  while (current.$ref !== undefined) {
    const target = definitions[current.$ref.slice(REF.length)];
    if (!target) throw new Error(`the document does not define ${current.$ref}`);
    current = target;
  }
  return current;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const typeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
};

const isOfType = (value: unknown, type: string): boolean =>
  type === "integer" ? Number.isInteger(value) : typeOf(value) === type;

/** Returns what is wrong with a value, as `path: reason`; null if it matches. */
export function mismatch(value: unknown, given: JsonSchema, definitions: Definitions, path = ""): string | null {
  const schema = resolved(given, definitions);
  const wrong = (reason: string) => `${path || "the value"}: ${reason}`;
  if (schema.const !== undefined && schema.const !== value) return wrong("is not the constant");
  if (schema.enum && !schema.enum.includes(value)) return wrong(`is not one of ${schema.enum.length} values`);
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOfType(value, type)))
    return wrong(`is ${typeOf(value)}, not ${schema.type}`);
  const options = schema.anyOf ?? schema.oneOf;
  if (options?.every((option) => mismatch(value, option, definitions, path) !== null))
    return wrong(`matches none of ${options.length} schemas`);
  for (const part of schema.allOf ?? []) {
    const found = mismatch(value, part, definitions, path);
    if (found !== null) return found;
  }
  if (typeof value === "string") return textMismatch(value, schema, wrong);
  if (typeof value === "number") return numberMismatch(value, schema, wrong);
  if (Array.isArray(value)) return listMismatch(value, schema, definitions, path);
  return isRecord(value) ? recordMismatch(value, schema, definitions, path) : null;
}

type Wrong = (reason: string) => string;

function textMismatch(value: string, { minLength, maxLength, pattern }: JsonSchema, wrong: Wrong): string | null {
  const length = [...value].length;
  if (length < (minLength ?? 0)) return wrong("is too short");
  if (length > (maxLength ?? length)) return wrong("is too long");
  return pattern === undefined || new RegExp(pattern, "u").test(value) ? null : wrong("does not match the pattern");
}

function numberMismatch(value: number, schema: JsonSchema, wrong: Wrong): string | null {
  const { minimum = value, maximum = value, exclusiveMinimum, exclusiveMaximum } = schema;
  if (value < minimum || (exclusiveMinimum !== undefined && value <= exclusiveMinimum)) return wrong("is too small");
  if (value > maximum || (exclusiveMaximum !== undefined && value >= exclusiveMaximum)) return wrong("is too large");
  return null;
}

function listMismatch(value: unknown[], schema: JsonSchema, definitions: Definitions, path: string): string | null {
  if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? value.length))
    return `${path}: has ${value.length} items`;
  for (const [at, item] of value.entries()) {
    const ofItem = schema.prefixItems?.[at] ?? schema.items;
    const found = ofItem && mismatch(item, ofItem, definitions, `${path}[${at}]`);
    if (found) return found;
  }
  return null;
}

function recordMismatch(
  value: Record<string, unknown>,
  { required = [], properties = {}, additionalProperties }: JsonSchema,
  definitions: Definitions,
  path: string,
): string | null {
  const missing = required.find((name) => !(name in value));
  if (missing !== undefined) return `${path}: has no ${missing}`;
  for (const [name, item] of Object.entries(value)) {
    const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
    const schema = properties[name] ?? other;
    if (!schema && additionalProperties === false) return `${path}: has the unknown field ${name}`;
    const found = schema && mismatch(item, schema, definitions, `${path}.${name}`);
    if (found) return found;
  }
  return null;
}
