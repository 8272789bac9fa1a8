// The Worker as it is deployed, with a meter at everything that is billed: nothing of it knows that it is counted.
import worker, { ChannelObject as PlainChannel, UserObject as PlainUser } from "../../../src/index";
import { meterDatabases } from "./database";
import { add, type Counts, countsOf, rang, reading } from "./meter";
import { meterStorage } from "./storage";

const databaseCount =
  (counts: Counts) =>
  ({ rows_read, rows_written }: { rows_read: number; rows_written: number }): void => {
    counts.databaseRead += rows_read;
    counts.databaseWritten += rows_written;
  };

/** What an object is billed for to take: a request, a twentieth of one, or nothing. */
function countEvent(counts: Counts, event: string): void {
  if (event === "webSocketMessage") counts.socketMessages++;
  else if (!event.startsWith("webSocket")) add(counts.requests, event, 1);
}

/** The same bindings with what goes through the queue counted. */
const meterQueue = (env: Env, counts: Counts): Env => ({
  ...env,
  PUSH: {
    ...env.PUSH,
    send: (...sent: Parameters<Env["PUSH"]["send"]>) => {
      counts.queueMessages++;
      return env.PUSH.send(...sent);
    },
  },
});

const working = new Map<string, { events: number; since: number }>();

/** The time in which at least one event of the object is being answered. */
function begin(name: string): () => void {
  const state = working.get(name) ?? { events: 0, since: 0 };
  working.set(name, state);
  if (state.events++ === 0) state.since = Date.now();
  return () => {
    if (--state.events === 0) countsOf(name).activeMs += Date.now() - state.since;
  };
}

type Handler = (this: { ctx: DurableObjectState }, ...args: unknown[]) => unknown;

/** Puts a counter before every method that the runtime calls. */
function meterEvents(metered: { prototype: object }, plain: { prototype: object }): void {
  for (let proto = plain.prototype; "alarm" in proto; proto = Object.getPrototypeOf(proto)) {
    for (const [event, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (event === "constructor" || event === "openArchive" || typeof value !== "function") continue;
      const handler: Handler = value;
      const counted: Handler = function (...args) {
        const name = nameOf(this.ctx);
        countEvent(countsOf(name), event);
        if (event === "alarm") rang(name);
        const end = begin(name);
        const answer = handler.apply(this, args);
        if (answer instanceof Promise) return answer.finally(end);
        end();
        return answer;
      };
      Object.defineProperty(metered.prototype, event, { value: counted, writable: true, configurable: true });
    }
  }
}

function nameOf({ id }: DurableObjectState): string {
  if (!id.name) throw new TypeError("an object without a name");
  return id.name;
}

export class ChannelObject extends PlainChannel {
  constructor(ctx: DurableObjectState, env: Env) {
    countsOf(nameOf(ctx)).constructions++;
    meterStorage(ctx, nameOf(ctx));
    const counts = countsOf(nameOf(ctx));
    super(ctx, meterQueue(meterDatabases(env, databaseCount(counts)), counts));
  }
}

export class UserObject extends PlainUser {
  constructor(ctx: DurableObjectState, env: Env) {
    countsOf(nameOf(ctx)).constructions++;
    meterStorage(ctx, nameOf(ctx));
    super(ctx, meterDatabases(env, databaseCount(countsOf(nameOf(ctx)))));
  }
}

meterEvents(ChannelObject, PlainChannel);
meterEvents(UserObject, PlainUser);

let bound: Env | null = null;

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/meter") return Response.json(reading());
    const counts = countsOf(/^\/v1\/channels\/(c_\w+)/.exec(pathname)?.[1] ?? "worker");
    counts.workerRequests++;
    bound ??= meterDatabases(env, databaseCount(countsOf("worker")));
    return worker.fetch(request, bound, ctx);
  },
  /** What the consumer costs is the channel's that the job is about. */
  async queue(batch, env) {
    await Promise.all(
      batch.messages.map((message) => {
        const job = message.body as { channel?: string };
        const counts = countsOf(job.channel ?? "worker");
        counts.workerRequests++;
        const one = { queue: batch.queue, messages: [message] } as unknown as MessageBatch;
        return worker.queue(one, meterDatabases(env, databaseCount(counts)));
      }),
    );
  },
} satisfies ExportedHandler<Env>;
