// What the people of the stored fixture do.
import { randomUUID } from "node:crypto";
import { Caller, operator, PASSWORD, type Request } from "./client.ts";
import { PUSH_HOST } from "./server.ts";

export const people = ["alice", "bob", "carol", "dave", "erin", "frank", "grace"] as const;
export type Name = (typeof people)[number];

/** A request that appended an entry. Its repeat gets the answer of the first time. */
interface Repeatable {
  by: Name;
  request: Request;
  answer: unknown;
}

export interface Scenario {
  ids: Record<Name, string>;
  /** By the name that this file gives a channel. */
  channels: Record<string, { id: string; readers: Name[]; epoch: string }>;
  repeatable: Repeatable[];
}

const longLine = (): string => {
  const words = Array.from({ length: 12_000 }, (_, i) => `line ${i.toString(36)}`).join(" ");
  const text = `긴 글 ${words}`.slice(0, 100_000);
  return text.padEnd(100_000, ".");
};
const CODE = "```ts\nconst total = [1, 2, 3].reduce((a, b) => a + b, 0);\n```";

interface Posted {
  seq: number;
}

class Author {
  readonly name: Name;
  readonly caller: Caller;
  readonly #channel: string;

  constructor(name: Name, caller: Caller, channel: string) {
    this.name = name;
    this.caller = caller;
    this.#channel = `/v1/channels/${channel}`;
  }

  async say(text: string, on: { replyTo?: number; thread?: number } = {}): Promise<number> {
    const key = { "idempotency-key": randomUUID() };
    return (await this.caller.demand<Posted>("POST", `${this.#channel}/messages`, { text, ...on }, key)).seq;
  }

  async edit(seq: number, text: string): Promise<void> {
    const key = { "idempotency-key": randomUUID() };
    await this.caller.demand("PATCH", `${this.#channel}/messages/${seq}`, { text }, key);
  }

  /** `what` is `reactions/<emoji>`, `pin`, `follow`, or empty for the message itself. */
  async put(seq: number, what: string): Promise<void> {
    await this.caller.demand("PUT", `${this.#channel}/messages/${seq}/${what}`);
  }

  async remove(seq: number, what = ""): Promise<void> {
    const path = `${this.#channel}/messages/${seq}${what && `/${what}`}`;
    await this.caller.demand("DELETE", path, what ? undefined : {});
  }

  async set(what: string, body: object): Promise<void> {
    await this.caller.demand("PUT", `${this.#channel}/${what}`, body);
  }

  async epoch(): Promise<string> {
    return (await this.caller.demand<{ epoch: string }>("GET", `${this.#channel}/messages?limit=1`)).epoch;
  }
}

/** Performs everything once on a new server. */
export async function play(port: number): Promise<Scenario> {
  const callers = new Map<Name, Caller>();
  const ids = {} as Record<Name, string>;
  for (const name of people) {
    const account = { handle: name, name: name === "bob" ? "밥 Bob" : name, password: PASSWORD, keep: "token" };
    const made = await new Caller(port, "").demand<{ me: { id: string }; token: string }>(
      "POST",
      "/v1/accounts",
      account,
    );
    ids[name] = made.me.id;
    callers.set(name, new Caller(port, made.token));
  }
  const as = (name: Name): Caller => {
    const caller = callers.get(name);
    if (!caller) throw new Error(`${name} has no session`);
    return caller;
  };
  const open = async (by: Name, body: object) => (await as(by).demand<{ id: string }>("POST", "/v1/channels", body)).id;
  const group = (by: Name, name: string, members: Name[], rest: object = {}) =>
    open(by, { kind: "group", nonce: randomUUID(), name, members: members.map((one) => ids[one]), ...rest });
  const author = (name: Name, channel: string) => new Author(name, as(name), channel);
  const found: Record<string, { id: string; readers: Name[] }> = {};
  const repeatable: Repeatable[] = [];

  for (const name of ["alice", "bob", "carol", "erin", "frank"] as const)
    await as(name).demand("PATCH", "/v1/me", { openTo: "everyone" });

  // A group with all roles, a former member, and everything that a message can have.
  const team = await group("alice", "Team 팀", ["bob", "carol", "erin", "frank"], { topic: "Everything" });
  found.team = { id: team, readers: ["alice", "bob", "carol"] };
  await as("alice").demand("PUT", `/v1/channels/${team}/members/${ids.bob}`, { role: "admin" });
  const [a, b, c, e, f] = [
    author("alice", team),
    author("bob", team),
    author("carol", team),
    author("erin", team),
    author("frank", team),
  ];
  const hello = await a.say("Hello everyone, the quarterly report is ready");
  const korean = await b.say("안녕하세요, 회의록을 공유합니다");
  await c.say(longLine());
  await b.say(CODE);
  await a.say("@bob @carol please read the report");
  await b.say("@channel lunch at noon");
  const quoting = await c.say("a quote of the greeting", { replyTo: hello });
  const root = await a.say("Where do we meet?");
  const answer = await b.say("In the small room", { thread: root });
  await c.say("In the large room @alice", { thread: root, replyTo: answer });
  await e.say("Erin answers too", { thread: root });
  await e.put(root, "follow");
  await b.remove(root, "follow");
  const edited = await b.say("first text");
  for (const text of ["second text", "세 번째 글", "fourth text @carol"]) await b.edit(edited, text);
  const deleted = await c.say("a secret that is deleted");
  await a.say("a quote of the deleted message", { replyTo: deleted });
  await c.remove(deleted);
  const both = await a.say("edited and then deleted");
  await a.edit(both, "edited once");
  await c.put(both, "reactions/%F0%9F%91%80");
  await a.put(both, "pin");
  await a.remove(both);
  for (const by of [a, b, c, e]) await by.put(hello, "reactions/%F0%9F%91%8D");
  await b.put(hello, "reactions/%F0%9F%8E%89");
  await e.remove(hello, "reactions/%F0%9F%91%8D");
  await a.put(hello, "pin");
  await b.put(korean, "pin");
  await b.put(quoting, "pin");
  await b.remove(quoting, "pin");
  await f.say("Frank says goodbye");
  await f.put(hello, "reactions/%F0%9F%91%8D");
  await a.edit(hello, "Hello everyone, the quarterly report is final");
  await as("alice").demand("DELETE", `/v1/channels/${team}/members/${ids.erin}`);
  await a.say("Erin has left");
  await as("alice").demand("PATCH", `/v1/channels/${team}`, { name: "Team renamed 팀" });
  await b.set("read", { seq: root });
  await c.set("unread", { seq: quoting });
  await b.set("mute", { until: 253_402_300_799_999 });
  await c.set("level", { level: "mentions" });
  await a.set("draft", { text: "a draft for later" });
  await a.set("draft", { text: "a draft in the thread", thread: root, replyTo: answer });

  // Repeats of an old nonce and of an old key.
  const identity = { nonce: randomUUID(), epoch: await a.epoch(), after: 1 };
  for (const request of [
    { method: "POST", path: `/v1/channels/${team}/messages`, body: { text: "sent with a nonce", ...identity } },
    {
      method: "POST",
      path: `/v1/channels/${team}/messages`,
      body: { text: "sent with a key" },
      headers: { "idempotency-key": "the-first-key" },
    },
  ]) {
    const answered = await as("alice").ask(request);
    if (answered.status !== 200) throw new Error(`a send was answered ${JSON.stringify(answered)}`);
    repeatable.push({ by: "alice", request, answer: answered.body });
  }

  // A newcomer who does not see the earlier history.
  const joined = await group("bob", "Newcomers", ["carol"], { history: "joined" });
  found.joined = { id: joined, readers: ["bob", "carol", "alice"] };
  const early = await author("bob", joined).say("before alice joined");
  await as("bob").demand("PUT", `/v1/channels/${joined}/members/${ids.alice}`, { role: "member" });
  const shown = await author("carol", joined).say("alice sees a quote without its text", { replyTo: early });
  await author("alice", joined).put(shown, "reactions/%F0%9F%91%8D");
  await author("bob", joined).edit(early, "edited after alice joined");

  // Direct channels: of two people, for notes, with an erased person, and a long one.
  const direct = await open("alice", { kind: "direct", user: ids.bob });
  found.direct = { id: direct, readers: ["alice", "bob"] };
  const hi = await author("alice", direct).say("Hi Bob");
  await author("bob", direct).say("Hi Alice, 반갑습니다", { replyTo: hi });
  await author("bob", direct).set("read", { seq: hi });
  const notes = await open("carol", { kind: "direct", user: ids.carol });
  found.notes = { id: notes, readers: ["carol"] };
  await author("carol", notes).say("a note to myself");
  const withFrank = await open("alice", { kind: "direct", user: ids.frank });
  found.withFrank = { id: withFrank, readers: ["alice"] };
  await author("frank", withFrank).say("Frank writes before the erasure");
  await author("alice", withFrank).say("Alice answers Frank");
  const long = await group("carol", "Long", ["alice"]);
  found.long = { id: long, readers: ["carol", "alice"] };
  for (let i = 0; i < 230; i++) await author(i % 3 === 0 ? "alice" : "carol", long).say(`short message ${i} 번째`);
  const restored = await group("bob", "Restored", ["alice"]);
  found.restored = { id: restored, readers: ["bob", "alice"] };
  await author("bob", restored).say("before the new epoch");
  await operator(port).demand("POST", `/v1/operator/channels/${restored}/restore`, { at: null });
  await author("alice", restored).say("after the new epoch");

  // Strangers ask: one request is pending and one is declined.
  await as("carol").demand("PATCH", "/v1/me", { openTo: "nobody" });
  const pending = await open("dave", { kind: "direct", user: ids.carol });
  found.pending = { id: pending, readers: ["dave"] };
  await author("dave", pending).say("Hello Carol, may I write to you?");
  await group("dave", "Dave's group", ["grace"]);
  await as("grace").demand("PATCH", "/v1/me", { openTo: "nobody" });
  const declined = await open("dave", { kind: "direct", user: ids.grace });
  found.declined = { id: declined, readers: ["dave"] };
  await author("dave", declined).say("Hello Grace");
  await as("grace").demand("DELETE", `/v1/requests/${declined}`);

  // Settings, a device, an ended session, a deleted group and an erased account.
  await as("bob").demand("PATCH", "/v1/me", { receipts: false });
  await as("carol").demand("PATCH", "/v1/me", { presence: "invisible" });
  await as("alice").demand("PUT", "/v1/me/notifications", {
    previews: false,
    quiet: { from: 1320, to: 420, zone: "Asia/Seoul" },
  });
  const deletedGroup = await group("alice", "Deleted", ["bob"]);
  found.deletedGroup = { id: deletedGroup, readers: ["alice", "bob"] };
  await author("alice", deletedGroup).say("gone with the group");
  await as("alice").demand("DELETE", `/v1/channels/${deletedGroup}`);
  const second = await new Caller(port, "").demand<{ me: { session: string } }>("POST", "/v1/sessions", {
    handle: "bob",
    password: PASSWORD,
    keep: "token",
  });
  await as("bob").demand("DELETE", `/v1/sessions/${second.me.session}`);
  await as("frank").demand("DELETE", "/v1/me", { password: PASSWORD });
  await as("bob").demand("POST", "/v1/push/subscriptions", {
    kind: "web",
    endpoint: `${PUSH_HOST}/push/bob`,
    keys: {
      p256dh: "BHBRit8ZMszl7CFOuGuzafBHGE_EGoZ5VGOZYyepx2g9qctmzpzqxnkhFwzNYVmetSso8vlDwULA6dr0DLHVgBY",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
    name: "A browser",
  });

  const channels: Scenario["channels"] = {};
  for (const [name, { id, readers }] of Object.entries(found)) {
    const [first = "alice"] = readers;
    channels[name] = { id, readers, epoch: name === "deletedGroup" ? "" : await author(first, id).epoch() };
  }
  return { ids, channels, repeatable };
}
