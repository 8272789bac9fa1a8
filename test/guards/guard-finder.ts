// Finds the guards of the sources: what must hold before somebody reads or changes something. Each
// is found by its form, so that a new one needs no entry in a list. An edit makes it removable: the
// code asks `isGuardRemoved` at run time, so that one build has every removal.
import { parseSync } from "vite";
import { conjunctsOf } from "./sql-conjuncts.ts";

export type GuardKind = "call" | "refusal" | "permission" | "sign-in" | "where" | "row";

export interface Guard {
  /** `<file>:<n>`, where n counts the guards of a file. */
  id: string;
  kind: GuardKind;
  file: string;
  line: number;
  text: string;
}

/** What to write into the source before the character at a position. */
interface Insertion {
  at: number;
  text: string;
  /** Insertions at one position: the outer one of two prefixes comes first. */
  rank: number;
}

export interface GuardedSource {
  guards: Guard[];
  code: string;
}

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** The function that the edited code calls. It is declared at the end of each file. */
const ASK = "isGuardRemoved";
const declaration = `
function ${ASK}(id) { return globalThis.guardSwitch ? globalThis.guardSwitch(id) : false; }
function guardedMiddleware(id, inner) { return (c, next) => (${ASK}(id) ? next() : inner(c, next)); }
`;

/** The codes of errors that refuse a person something. */
const refusals = new Set([
  ...["forbidden", "not_found", "sign_in_required", "unauthorized", "token_expired", "origin_refused"],
  ...["guild_owned", "guild_deleted", "channel_is_direct", "channel_of_guild", "request_refused", "invite_invalid"],
]);

/** Functions whose only effect is to refuse somebody. The other two refuse what a command holds. */
const isGuardFunction = (name: string): boolean => /^(?:authorise|require(?!Content|Room)|admit)/.test(name);

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
const nodeIn = (node: Node, key: string): Node | null => (isNode(node[key]) ? (node[key] as Node) : null);
const nodesIn = (node: Node, key: string): Node[] => ((node[key] as unknown[]) ?? []).filter(isNode);

const nameOf = (callee: Node | null): string => {
  if (callee?.type === "Identifier") return String(callee.name);
  return callee?.type === "MemberExpression" ? nameOf(nodeIn(callee, "property")) : "";
};

/**
 * Returns the code of `throw new ChatError(code)`, alone or in a block of one statement; or null.
 */
function thrownCode(given: Node | null): string | null {
  const [only = null] = given?.type === "BlockStatement" ? nodesIn(given, "body") : [given];
  const made = only?.type === "ThrowStatement" ? nodeIn(only, "argument") : null;
  if (made?.type !== "NewExpression" || nameOf(nodeIn(made, "callee")) !== "ChatError") return null;
  const [code] = nodesIn(made, "arguments");
  if (code?.type === "Literal") return String(code.value);
  // A refusal that was found before. What a schema refuses is computed by a call.
  return code?.type === "Identifier" ? "found before" : null;
}

/**
 * Files of the directory whose conditions select the work of jobs, and decide nothing about who
 * asks. The conditions of all other files are guards.
 */
const jobs: ReadonlySet<string> = new Set(
  [
    ...["backfills", "dead-letters", "ended-sessions", "erasures", "guild-outbox", "rate-limits", "roster-outbox"],
    // What a search finds, the channel verifies; whom a push reaches, the channel has decided.
    ...["push-directory", "archive/archive", "archive/budgets", "archive/channel-places", "archive/search"],
  ].map((name) => `src/directory/${name}.ts`),
);
const hasConditions = (file: string): boolean => file.startsWith("src/directory/") && !jobs.has(file);

class Finder {
  readonly guards: Guard[] = [];
  readonly insertions: Insertion[] = [];

  readonly file: string;
  readonly source: string;
  readonly permissions: ReadonlySet<string>;

  constructor(file: string, source: string, permissions: ReadonlySet<string>) {
    this.file = file;
    this.source = source;
    this.permissions = permissions;
  }

  visit(node: Node, parents: readonly Node[]): void {
    this.#check(node, parents);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) this.visit(child, [...parents, node]);
    }
  }

  #check(node: Node, parents: readonly Node[]): void {
    if (node.type === "ExpressionStatement") this.#call(node);
    if (node.type === "IfStatement") this.#refusal(node);
    if (node.type === "CallExpression") this.#callExpression(node, parents);
    if (node.type === "Property") this.#middleware(node);
    if (node.type === "TaggedTemplateExpression") this.#template(node);
  }

  /** `requireX(…)` alone: the call is left out. */
  #call(node: Node): void {
    const expression = nodeIn(node, "expression");
    const call = expression?.type === "AwaitExpression" ? nodeIn(expression, "argument") : expression;
    if (expression && call?.type === "CallExpression" && isGuardFunction(nameOf(nodeIn(call, "callee"))))
      this.#wrap(expression, "call", (id) => [`(${ASK}("${id}") || (`, "))"]);
  }

  /** `if (…) throw new ChatError("forbidden")`: the condition does not hold. */
  #refusal(node: Node): void {
    const code = thrownCode(nodeIn(node, "consequent"));
    const test = nodeIn(node, "test");
    if (test && code !== null && (refusals.has(code) || code === "found before"))
      this.#wrap(test, "refusal", (id) => [`(!${ASK}("${id}") && (`, "))"], node);
  }

  #callExpression(node: Node, parents: readonly Node[]): void {
    const callee = nodeIn(node, "callee");
    const given = nodesIn(node, "arguments");
    const name = nameOf(callee);
    if (callee?.type === "MemberExpression" && (name === "has" || name === "lacks")) {
      const [first] = given;
      if (first?.type !== "Literal" || !this.permissions.has(String(first.value))) return;
      // The refusal that it decides is a guard already.
      const refused = parents.findLast(({ type }) => type === "IfStatement");
      const isTest =
        parents.some((parent) => parent === nodeIn(refused ?? node, "test")) ||
        nodeIn(refused ?? node, "test") === node;
      if (refused && isTest && thrownCode(nodeIn(refused, "consequent")) !== null) return;
      if (name === "has") this.#wrap(node, "permission", (id) => [`(${ASK}("${id}") || `, ")"]);
      else this.#wrap(node, "permission", (id) => [`(!${ASK}("${id}") && `, ")"]);
      return;
    }
    if (!hasConditions(this.file)) return;
    if (callee?.type === "Identifier" && name === "and")
      for (const one of given.filter(({ type }) => type !== "SpreadElement"))
        this.#wrap(one, "where", (id) => [`(${ASK}("${id}") ? undefined : `, ")"]);
    if (callee?.type === "MemberExpression" && name === "where" && given.length === 1) {
      const [only] = given;
      const isList = only?.type === "CallExpression" && nameOf(nodeIn(only, "callee")) === "and";
      if (only && !isList) this.#wrap(only, "where", (id) => [`(${ASK}("${id}") ? undefined : `, ")"]);
    }
  }

  /**
   * The middleware of a route that authenticates its callers. In a list, calls only charge rates.
   */
  #middleware(node: Node): void {
    const given = nodeIn(node, "value");
    const value = given?.type === "TSAsExpression" ? nodeIn(given, "expression") : given;
    if (nameOf(nodeIn(node, "key")) !== "middleware" || !value || !this.file.startsWith("src/gateway/routes/")) return;
    const start = node.shorthand === true ? "middleware: " : "";
    const all = value.type === "ArrayExpression" ? nodesIn(value, "elements") : [value];
    for (const one of all.filter(({ type }) => type === "Identifier"))
      this.#wrap(one, "sign-in", (id) => [`${start}guardedMiddleware("${id}", `, ")"], node);
  }

  /** Each condition of a template of SQL. */
  #template(node: Node): void {
    if (!hasConditions(this.file) || nameOf(nodeIn(node, "tag")) !== "sql") return;
    const quasi = nodeIn(node, "quasi");
    if (!quasi) return;
    const places = nodesIn(quasi, "expressions").map(({ start, end }) => ({ start, end }));
    const from = quasi.start + 1;
    const to = quasi.end - 1;
    const tag = this.source.slice(node.start, from);
    for (const { start, end } of conjunctsOf(this.source.slice(from, to), from, places)) {
      const text = this.source.slice(start, end);
      const without = `${tag}${this.source.slice(from, start)} true ${this.source.slice(end, to)}\``;
      this.#wrap(node, "where", (id) => [`(${ASK}("${id}") ? ${without} : `, ")"], node, text, start);
    }
  }

  #wrap(
    inner: Node,
    kind: GuardKind,
    edit: (id: string) => [string, string],
    shown: Node = inner,
    text = this.source.slice(shown.start, shown.end),
    at = shown.start,
  ): void {
    const id = `${this.file}:${this.guards.length + 1}`;
    const line = this.source.slice(0, at).split("\n").length;
    this.guards.push({ id, kind, file: this.file, line, text: text.replace(/\s+/g, " ").slice(0, 160) });
    const [before, after] = edit(id);
    const start = shown.type === "Property" && shown.shorthand === true ? shown.start : inner.start;
    this.insertions.push({ at: start, text: before, rank: this.insertions.length });
    this.insertions.push({ at: inner.end, text: after, rank: -this.insertions.length });
  }
}

/** The rows of the access table, which decide what methods an address has. */
function accessRows(file: string, source: string): GuardedSource {
  const rows = [...source.matchAll(/^ {2}"([A-Z]+) (\/\S*)": /gm)];
  const guards = rows.map(([, method = "", path = ""], at): Guard => {
    const { source: pattern } = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);
    return { id: `${method} ${pattern}`, kind: "row", file, line: at + 1, text: `${method} ${path}` };
  });
  const filter = "patterns.filter((pattern) =>";
  if (!source.includes(filter)) throw new Error(`${file} has another form`);
  const asked = `${filter} !${ASK}(pattern.method + " " + pattern.path.source) &&`;
  return { guards, code: source.replace(filter, asked) + declaration };
}

/** Finds the guards of a file, and makes each of them removable. */
export function guardSource(file: string, source: string, permissions: ReadonlySet<string>): GuardedSource {
  if (file === "src/gateway/access.ts") return accessRows(file, source);
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed`);
  const finder = new Finder(file, source, permissions);
  finder.visit(program as unknown as Node, []);
  if (finder.guards.length === 0) return { guards: [], code: source };
  // Suffixes of inner nodes come before those of outer ones.
  const sorted = finder.insertions.toSorted((one, other) => one.at - other.at || one.rank - other.rank);
  let code = "";
  let from = 0;
  for (const { at, text } of sorted) {
    code += source.slice(from, at) + text;
    from = at;
  }
  return { guards: finder.guards, code: code + source.slice(from) + declaration };
}
