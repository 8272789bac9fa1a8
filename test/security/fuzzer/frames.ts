// Frames on both sockets: commands of every type with valid and with odd fields, and texts that are
// no commands. Every answer must be a frame of the protocol, and none may say that the server
// failed.
import { setTimeout as delay } from "node:timers/promises";
import { decodeServerFrame } from "../../../src/protocol";
import { RawSocket } from "../../simulation/kit/raw-socket.ts";
import type { SeededRandom } from "../../simulation/kit/seeded-random.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { ValueMaker } from "./values.ts";
import type { FuzzWorld } from "./world.ts";

const number: JsonSchema = { type: "integer", minimum: 0, maximum: 20 };
const text: JsonSchema = { type: "string", minLength: 1, maxLength: 40 };
const identity = { nonce: text, epoch: text, after: number };
const record = (properties: Record<string, JsonSchema>, optional: string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const onMessage = { ...identity, seq: number };
const channelCommands: Record<string, JsonSchema> = {
  "message.send": record({ ...identity, text, replyTo: number, thread: number }, ["replyTo", "thread"]),
  "message.edit": record({ ...onMessage, text }),
  "message.delete": record(onMessage),
  "reaction.add": record({ ...onMessage, emoji: text }),
  "reaction.remove": record({ ...onMessage, emoji: text }),
  "message.pin": record(onMessage),
  "message.unpin": record(onMessage),
  "thread.follow": record(onMessage),
  "thread.unfollow": record(onMessage),
  "channel.subscribe": record({ from: record({ epoch: text, after: number }) }, ["from"]),
  "history.page": record({
    query: record({ before: number, limit: { type: "integer", minimum: 1, maximum: 20 } }, ["before", "limit"]),
  }),
  "read.mark": record({ seq: number }),
  "read.unmark": record({ seq: number }),
  "typing.start": record({ thread: number }, ["thread"]),
  "view.set": record({ background: { type: "boolean" } }),
};
const userCommands: Record<string, JsonSchema> = {
  "inbox.sync": record({ after: number }),
  "presence.watch": record({ users: { type: "array", items: text } }),
  "presence.active": record({ active: { type: "boolean" } }),
};

const junk = [
  "",
  "{",
  "[]",
  "null",
  "ping",
  "pong",
  '{"id":1}',
  '{"type":"message.send"}',
  "[".repeat(5_000),
  "\u0000",
];

export interface FrameResult {
  sent: number;
  /** Frames that the protocol promises to answer, on sockets that the server did not close. */
  promised: number;
  /** Those of them without an answer, as examples. */
  unanswered: string[];
  unansweredCount: number;
  /** How many sockets the server closed, by the close code. */
  closed: Record<string, number>;
  /** Frames that say `internal` or `temporary`, and frames that the protocol does not know. */
  faults: string[];
  opened: number;
}

/** How many frames are sent before the answers are awaited. */
const BURST = 20;
const PAUSE_MS = 5;
const PER_SOCKET = 1_000;
const FAULTS_SHOWN = 20;
/** How long the answers of a socket may take after its last frame. */
const ANSWERED_MS = 20_000;
/** The id of a frame that is nested deeper may not be readable. */
const DEEP = "[".repeat(20);

interface OpenSocket {
  socket: RawSocket;
  /** Frames that have no answer yet, by id. An event answers by its nonce. */
  waiting: Map<string, { frame: string; nonce: unknown }>;
  idsByNonce: Map<unknown, string>;
}

/** Sends `count` frames on sockets of both kinds. */
export async function fuzzFrames(
  port: number,
  world: FuzzWorld,
  random: SeededRandom,
  values: ValueMaker,
  count: number,
): Promise<FrameResult> {
  const result: FrameResult = {
    sent: 0,
    promised: 0,
    unanswered: [],
    unansweredCount: 0,
    closed: {},
    faults: [],
    opened: 0,
  };
  const kinds = [
    { path: () => "/v1/socket", commands: userCommands },
    { path: () => `/v1/channels/${world.known.channel?.[0]}/socket`, commands: channelCommands },
    { path: () => `/v1/channels/${world.known.guildChannel?.[0]}/socket`, commands: channelCommands },
  ];
  for (let turn = 0; result.sent < count; turn++) {
    const kind = kinds[turn % kinds.length];
    if (!kind) throw new Error("there is no such socket");
    const role = random.pick(["owner", "administrator", "manager", "member"] as const);
    const token = await world.personOf(role).token();
    const open = await openSocket(port, kind.path(), token, result);
    const end = Math.min(count, result.sent + PER_SOCKET);
    let promised = 0;
    while (open.socket.isOpen && result.sent < end) {
      for (let at = 0; at < BURST && result.sent < end; at++, result.sent++) {
        const { frame, id, nonce } = frameOf(kind.commands, String(result.sent + 1), random, values);
        if (id !== null) {
          promised++;
          open.waiting.set(id, { frame, nonce });
          if (nonce !== undefined) open.idsByNonce.set(nonce, id);
        }
        open.socket.send(frame);
      }
      await delay(PAUSE_MS);
    }
    for (let waited = 0; open.waiting.size > 0 && open.socket.isOpen && waited < ANSWERED_MS; waited += 50)
      await delay(50);
    if (open.socket.isOpen) {
      result.promised += promised;
      result.unansweredCount += open.waiting.size;
      for (const { frame } of open.waiting.values())
        if (result.unanswered.length < FAULTS_SHOWN) result.unanswered.push(frame.slice(0, 200));
    } else {
      const code = await open.socket.closed;
      result.closed[code] = (result.closed[code] ?? 0) + 1;
    }
    open.socket.destroy();
    if (turn % 10 === 9) await world.renew();
  }
  return result;
}

async function openSocket(port: number, path: string, token: string, result: FrameResult): Promise<OpenSocket> {
  result.opened++;
  const waiting: OpenSocket["waiting"] = new Map();
  const idsByNonce: OpenSocket["idsByNonce"] = new Map();
  const socket = await RawSocket.open({
    port,
    path,
    protocols: ["parley.v1", `token.${token}`],
    keep: 4 * 1024 * 1024,
    onText: (latin) => {
      const frame = Buffer.from(latin, "latin1").toString("utf8");
      if (frame === "pong") return;
      const decoded = decodeServerFrame(frame);
      const isFault = decoded.ok
        ? decoded.value.type === "error" && (decoded.value.code === "internal" || decoded.value.code === "temporary")
        : true;
      if (isFault && result.faults.length < FAULTS_SHOWN) result.faults.push(frame.slice(0, 200));
      if (!decoded.ok) return;
      const { value } = decoded;
      if ("id" in value && value.id !== undefined) waiting.delete(value.id);
      if (value.type === "events")
        for (const event of value.events) if ("nonce" in event) waiting.delete(idsByNonce.get(event.nonce) ?? "");
    },
  });
  return { socket, waiting, idsByNonce };
}

interface FuzzedFrame {
  frame: string;
  /** Null for a frame without a readable id, and for a command that has no answer. */
  id: string | null;
  nonce?: unknown;
}

/** `id` is given to the frame, unless it gets an odd one. */
function frameOf(
  commands: Record<string, JsonSchema>,
  id: string,
  random: SeededRandom,
  values: ValueMaker,
): FuzzedFrame {
  if (random.chance(0.05)) return { frame: random.pick(junk), id: null };
  const [type, schema] = random.pick(Object.entries(commands));
  const fields = values.make(schema, "", random.chance(0.5) ? 0 : undefined);
  const isOdd = random.chance(0.05);
  const command = {
    id: isOdd ? values.odd() : id,
    type: random.chance(0.02) ? values.odd() : type,
    ...Object(fields),
  };
  const frame = JSON.stringify(command);
  const isAnswered = !isOdd && command.type !== "typing.start" && !frame.includes(DEEP);
  return { frame, id: isAnswered ? id : null, nonce: command.nonce };
}
