// Makes values from schemas: valid ones, and ones that are wrong in the ways that break servers.
import type { SeededRandom } from "../../simulation/kit/seeded-random.ts";
import { type Definitions, type JsonSchema, resolved } from "./json-schema.ts";

/** Values that exist on the server, by the name of the field or parameter that takes them. */
export type Known = Record<string, readonly (string | number)[]>;

const oddTexts = [
  ...[
    "",
    " ",
    "\u0000",
    "\ud800",
    "😀",
    "회의",
    "e\u0301".repeat(50),
    "%E0%A4%A",
    "../..",
    "'; DROP TABLE accounts; --",
  ],
  ...['"', "\\", "a\nb", "x".repeat(300), "가".repeat(3_000), "null", "NaN", "__proto__", "constructor", "@everyone"],
  ...["<script>", "\u202eabc", "👩‍👩‍👧‍👦", "c_", "u_", "-1", "1e400", "0x10", "9".repeat(400)],
];
const oddNumbers = [
  ...[-1, 0, 0.5, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 1_000_000_000_000, 1.5e-300],
];

/** How often a part of a value that should be valid is replaced by an odd one. */
const ODD_SHARE = 0.12;

export class ValueMaker {
  readonly random: SeededRandom;
  readonly definitions: Definitions;
  readonly known: () => Known;

  constructor(random: SeededRandom, definitions: Definitions, known: () => Known) {
    this.random = random;
    this.definitions = definitions;
    this.known = known;
  }

  /** `oddShare` is 0 for values that must be valid as far as the schema can tell. */
  make(given: JsonSchema, name = "", oddShare = ODD_SHARE, depth = 0): unknown {
    const { random } = this;
    if (random.chance(oddShare)) return this.odd(depth);
    const schema = resolved(given, this.definitions);
    const known = this.known()[name];
    if (known && known.length > 0 && random.chance(0.8)) return random.pick(known);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum && schema.enum.length > 0) return random.pick(schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (options && options.length > 0) return this.make(random.pick(options), name, oddShare, depth + 1);
    const [type = "object"] = [schema.type ?? []].flat();
    if (type === "null") return null;
    if (type === "boolean") return random.chance(0.5);
    if (type === "integer" || type === "number") return this.#number(schema);
    if (type === "string") return this.#text(schema, name);
    if (type === "array") return this.#list(schema, name, oddShare, depth);
    return this.#record(schema, oddShare, depth);
  }

  /** A value that hardly any schema takes. */
  odd(depth = 0): unknown {
    const { random } = this;
    const kind = random.between(0, depth > 3 ? 4 : 7);
    if (kind === 0) return random.pick(oddNumbers);
    if (kind === 1) return null;
    if (kind === 2) return random.chance(0.5);
    if (kind <= 4) return this.oddText();
    if (kind === 5) return Array.from({ length: random.between(0, 5) }, () => this.odd(depth + 1));
    if (kind === 6) return nested(random.between(1, 60));
    return { [this.oddText()]: this.odd(depth + 1) };
  }

  oddText(): string {
    return this.random.pick(oddTexts);
  }

  #number({ minimum, maximum, exclusiveMinimum }: JsonSchema): number {
    const low = Math.max(minimum ?? 0, exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1, -1_000);
    return this.random.between(low, Math.max(low, Math.min(maximum ?? 200, low + 200)));
  }

  #text({ minLength = 1, maxLength = 40 }: JsonSchema, name: string): string {
    if (name === "nonce") return uuidOf(this.random);
    const length = this.random.between(minLength, Math.max(minLength, Math.min(maxLength, minLength + 20)));
    return Array.from({ length }, () => this.random.pick([..."abcdefghij 0123456789가나다😀"])).join("") || "a";
  }

  #list({ items = {}, minItems = 0, maxItems = 3 }: JsonSchema, name: string, oddShare: number, depth: number) {
    const length = this.random.between(minItems, Math.max(minItems, Math.min(maxItems, minItems + 3)));
    return Array.from({ length }, () => this.make(items, name, oddShare, depth + 1));
  }

  #record({ properties = {}, required = [] }: JsonSchema, oddShare: number, depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(properties)) {
      const isKept = required.includes(name) ? !this.random.chance(oddShare / 3) : this.random.chance(0.5);
      if (isKept) made[name] = this.make(schema, name, oddShare, depth + 1);
    }
    if (this.random.chance(oddShare / 3)) made[this.oddText()] = this.odd(depth + 1);
    return made;
  }
}

const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);

/** A UUID of version 4 that follows from the seed. */
function uuidOf(random: SeededRandom): string {
  const hex = Array.from({ length: 30 }, () => random.between(0, 15).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
