// Every read of the API, by everyone of the stored fixture, and its comparison by meaning.
import { createHash } from "node:crypto";
import { compareArchive } from "../kit/archive-comparison.ts";
import { type Caller, operator, resume, signIn } from "./client.ts";
import { type Name, people, type Scenario } from "./scenario.ts";
import { OPERATOR_TOKEN } from "./server.ts";

/** The answers of all reads, by the person and the request. */
export type Answers = Record<string, unknown>;

const PAGE = 40;
const LONGEST = 2_000;

/**
 * What differs from one reading to the next: the reader's session, the request, measurements, and
 * what the notifications that fail meanwhile change.
 */
const volatile = new Set(
  ["session", "sessions", "exportedAt", "seenAt", "expiresAt", "requestId", "failing", "notifiedTo"].concat([
    "usage",
    "bytes",
    "dollars",
    "dollarsPerMillion",
  ]),
);

/** Replaces a long text by its digest, and leaves out what differs in each reading. */
export function stable(value: unknown): unknown {
  if (typeof value === "string") return value.length > LONGEST ? digestOf(value) : value;
  if (Array.isArray(value)) return value.map(stable);
  if (typeof value !== "object" || value === null) return value;
  const isHello = "type" in value && value.type === "hello";
  const kept = Object.entries(value).filter(([name]) => !volatile.has(name) && !(isHello && name === "at"));
  return Object.fromEntries(kept.map(([name, field]) => [name, stable(field)]));
}

const digestOf = (text: string): string =>
  `${text.length} characters, sha256 ${createHash("sha256").update(text).digest("hex")}`;

/**
 * Returns where an answer differs from the expected one. A field that was added since is allowed,
 * because protocol 1 only grows.
 */
export function differences(expected: unknown, found: unknown, path = ""): string[] {
  if (Array.isArray(expected) && Array.isArray(found)) {
    const length = expected.length === found.length ? [] : [`${path}: ${found.length} items, not ${expected.length}`];
    return [...length, ...expected.flatMap((item, i) => differences(item, found[i], `${path}[${i}]`))];
  }
  if (isObject(expected) && isObject(found))
    return Object.entries(expected).flatMap(([name, field]) => differences(field, found[name], `${path}.${name}`));
  // A cursor holds only until the server changes, and is signed.
  if (path.endsWith(".next") && typeof expected === typeof found) return [];
  return Object.is(expected, found) ? [] : [`${path}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const searches = ["report", '"small room"', "회의록", "세 번째", "secret", "from:bob", "short mess*", "in:Long 번째"];

interface Page {
  messages: { seq: number }[];
  moreBefore: boolean;
  moreAfter: boolean;
}

class Reader {
  readonly #answers: Answers;
  readonly #name: string;
  readonly #caller: Caller;

  constructor(answers: Answers, name: string, caller: Caller) {
    this.#answers = answers;
    this.#name = name;
    this.#caller = caller;
  }

  /** Makes one read and records its answer. */
  async read<T>(path: string, query?: object): Promise<T | null> {
    const { status, body } = await this.#caller.ask(
      query ? { method: "POST", path, body: query } : { method: "GET", path },
    );
    const asked = query ? `${path} ${JSON.stringify(query)}` : path;
    this.#answers[`${this.#name} ${asked}`] = stable({ status, body });
    return status === 200 ? (body as T) : null;
  }

  /** Reads a whole list in both directions. Returns the seqs of its messages. */
  async pages(channel: string, place: string): Promise<number[]> {
    const path = `/v1/channels/${channel}/messages?limit=${PAGE}${place}`;
    const seqs: number[] = [];
    for (let after = 0; ; after = seqs.at(-1) ?? 0) {
      const page = await this.read<Page>(`${path}&after=${after}`);
      seqs.push(...(page?.messages.map(({ seq }) => seq) ?? []));
      if (!page?.moreAfter) break;
    }
    let page = await this.read<Page>(path);
    while (page?.moreBefore) page = await this.read<Page>(`${path}&before=${page.messages[0]?.seq}`);
    const middle = seqs[seqs.length >> 1];
    if (middle !== undefined) await this.read(`${path}&around=${middle}`);
    return seqs;
  }

  async account(): Promise<void> {
    for (const path of ["/v1/me", "/v1/me/notifications", "/v1/channels?limit=100", "/v1/requests", "/v1/push"])
      await this.read(path);
    for (const path of ["/v1/push/subscriptions", "/v1/inbox?after=0", "/v1/users?handle=bob", "/v1/me/export"])
      await this.read(path);
    for (const q of searches) await this.read("/v1/search", { q, limit: 10 });
    await this.read("/v1/search", { q: "report", order: "relevance" });
  }

  async channel(id: string, epoch: string): Promise<void> {
    if ((await this.read(`/v1/channels/${id}`)) === null) return;
    const seqs = await this.pages(id, "");
    await this.read(`/v1/channels/${id}/pins`);
    for (const seq of seqs.slice(0, PAGE)) {
      const path = `/v1/channels/${id}/messages/${seq}`;
      const message = await this.read<{ body: { version: number }; replies: { version: number } }>(path);
      if (!message) continue;
      if (message.body.version !== seq) await this.read(`${path}/versions`);
      if (message.replies.version > 0) await this.pages(id, `&thread=${seq}`);
    }
    const middle = seqs[seqs.length >> 1] ?? 0;
    for (const after of [0, middle]) {
      await this.read(`/v1/channels/${id}/events?epoch=${epoch}&after=${after}`);
      this.#answers[`${this.#name} socket of ${id} from ${after}`] = stable(
        await resume(this.#caller, id, epoch, after),
      );
    }
  }
}

/** Makes every read. The archive must be at rest. */
export async function readAll(port: number, { channels }: Scenario): Promise<Answers> {
  const answers: Answers = {};
  const callers = new Map<Name, Caller>();
  for (const name of people) if (name !== "frank") callers.set(name, await signIn(port, name));
  for (const [name, caller] of callers) await new Reader(answers, name, caller).account();
  for (const { id, readers, epoch } of Object.values(channels)) {
    for (const [name, caller] of callers) {
      const reader = new Reader(answers, name, caller);
      if (readers.includes(name)) await reader.channel(id, epoch);
      else await reader.read(`/v1/channels/${id}/messages`);
    }
  }
  await new Reader(answers, "operator", operator(port)).read("/v1/operator/channels?limit=100");
  for (const [name, { id }] of Object.entries(channels))
    if (name !== "deletedGroup") answers[`archive of ${id}`] = await compareArchive(port, OPERATOR_TOKEN, id);
  return answers;
}
