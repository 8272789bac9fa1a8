// The deployed Worker with a meter on everything that is billed. Its own code is unchanged.
import worker, {
  ChannelObject as PlainChannel,
  GuildObject as PlainGuild,
  UserObject as PlainUser,
} from "../../../src/index";
import { meterDatabases } from "./database";
import { add, type Counts, countsOf, fired, reading } from "./meter";
import { meterStorage } from "./storage";

const databaseCount =
  (counts: Counts) =>
  ({ rows_read, rows_written }: { rows_read: number; rows_written: number }): void => {
    counts.databaseRead += rows_read;
    counts.databaseWritten += rows_written;
  };

/**
 * Counts an event, which is billed as a request, as a socket message (a twentieth of a request), or
 * not at all.
 */
function countEvent(counts: Counts, event: string): void {
  if (event === "webSocketMessage") counts.socketMessages++;
  else if (!event.startsWith("webSocket")) add(counts.requests, event, 1);
}

/** Returns the same bindings, with the messages to the queue counted. */
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

const active = new Map<string, { events: number; since: number }>();

/**
 * Measures the time in which at least one event of the object is in progress. Returns how to end an
 * event.
 */
function begin(name: string): () => void {
  const state = active.get(name) ?? { events: 0, since: 0 };
  active.set(name, state);
  if (state.events++ === 0) state.since = Date.now();
  return () => {
    if (--state.events === 0) countsOf(name).activeMs += Date.now() - state.since;
  };
}

type Handler = (this: { ctx: DurableObjectState }, ...args: unknown[]) => unknown;

/** Counts each time the runtime runs a method. */
function meterEvents(metered: { prototype: object }, plain: { prototype: object }): void {
  for (let proto = plain.prototype; "webSocketMessage" in proto; proto = Object.getPrototypeOf(proto)) {
    for (const [event, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (event === "constructor" || event === "openArchive" || typeof value !== "function") continue;
      const handler: Handler = value;
      const counted: Handler = function (...args) {
        const name = nameOf(this.ctx);
        countEvent(countsOf(name), event);
        if (event === "alarm") fired(name);
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
  if (!id.name) throw new TypeError("the object has no name");
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

export class GuildObject extends PlainGuild {
  constructor(ctx: DurableObjectState, env: Env) {
    countsOf(nameOf(ctx)).constructions++;
    meterStorage(ctx, nameOf(ctx));
    super(ctx, meterDatabases(env, databaseCount(countsOf(nameOf(ctx)))));
  }
}

meterEvents(ChannelObject, PlainChannel);
meterEvents(UserObject, PlainUser);
meterEvents(GuildObject, PlainGuild);

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
  /** The consumer's cost counts for the channel of the job. */
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
