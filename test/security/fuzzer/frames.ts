// Frames on both sockets: commands of every type with valid and with odd fields, and texts that are
// no commands. Every answer must be a frame of the protocol, and none may say that the server failed.
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
  received: number;
  /** Frames that say `internal` or `temporary`, and frames that the protocol does not know. */
  faults: string[];
  opened: number;
}

/** How many frames are sent before the answers are awaited. */
const BURST = 20;
const PAUSE_MS = 5;
const FAULTS_SHOWN = 20;

/** Sends `count` frames on sockets of both kinds. */
export async function fuzzFrames(
  port: number,
  world: FuzzWorld,
  random: SeededRandom,
  values: ValueMaker,
  count: number,
): Promise<FrameResult> {
  const result: FrameResult = { sent: 0, received: 0, faults: [], opened: 0 };
  const kinds = [
    { path: () => "/v1/socket", commands: userCommands },
    { path: () => `/v1/channels/${world.known.channel?.[0]}/socket`, commands: channelCommands },
  ];
  for (let turn = 0; result.sent < count; turn++) {
    const kind = kinds[turn % kinds.length];
    if (!kind) throw new Error("there is no such socket");
    const role = random.pick(["owner", "admin", "member"] as const);
    const token = await world.personOf(role).token();
    const socket = await openSocket(port, kind.path(), token, result);
    const end = Math.min(count, result.sent + 1_000);
    while (socket.isOpen && result.sent < end) {
      for (let at = 0; at < BURST && result.sent < end; at++, result.sent++)
        socket.send(frameOf(kind.commands, random, values));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    socket.destroy();
    if (turn % 10 === 9) await world.renew();
  }
  return result;
}

async function openSocket(port: number, path: string, token: string, result: FrameResult): Promise<RawSocket> {
  result.opened++;
  return await RawSocket.open({
    port,
    path,
    protocols: ["parley.v1", `token.${token}`],
    keep: 4 * 1024 * 1024,
    onText: (latin) => {
      result.received++;
      const frame = Buffer.from(latin, "latin1").toString("utf8");
      if (frame === "pong") return;
      const decoded = decodeServerFrame(frame);
      const isFault = decoded.ok
        ? decoded.value.type === "error" && (decoded.value.code === "internal" || decoded.value.code === "temporary")
        : true;
      if (isFault && result.faults.length < FAULTS_SHOWN) result.faults.push(frame.slice(0, 200));
    },
  });
}

function frameOf(commands: Record<string, JsonSchema>, random: SeededRandom, values: ValueMaker): string {
  if (random.chance(0.05)) return random.pick(junk);
  const [type, schema] = random.pick(Object.entries(commands));
  const fields = values.make(schema, "", random.chance(0.5) ? 0 : undefined);
  const id = random.chance(0.05) ? values.odd() : String(random.between(1, 1_000_000));
  return JSON.stringify({ id, type: random.chance(0.02) ? values.odd() : type, ...Object(fields) });
}
