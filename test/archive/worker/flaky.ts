// The Worker as src/index.ts puts it together, but for the weather over its archive: batches fail, before or after they are stored, and the database
// may be gone, so that it refuses everything or answers nothing. The gateway's own requests are spared. `PUT /test/weather` changes it.
import { ChannelShell } from "../../../src/channel/object";
import { openArchive } from "../../../src/directory/archive/archive";
import { app } from "../../../src/gateway/app";
import { scheduled } from "../../../src/gateway/scheduled";
import type { Weather } from "../weather";

export { UserObject } from "../../../src/index";

/** Longer than a channel waits for one answer. */
const HANG_MS = 20_000;

let weather: Weather = { failing: 0, gone: "no" };
const seen = { calls: 0, before: 0, after: 0, refused: 0, hung: 0 };

/** Throws while the database is gone. */
async function outage(): Promise<void> {
  seen.calls++;
  if (weather.gone === "refuses") {
    seen.refused++;
    throw new Error("the weather: refused");
  }
  if (weather.gone === "hangs") {
    seen.hung++;
    await new Promise((resolve) => setTimeout(resolve, HANG_MS));
    throw new Error("the weather: hung");
  }
}

const real = new WeakMap<object, D1PreparedStatement>();

/** A statement whose answers pass through the weather. */
function exposed(statement: D1PreparedStatement): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      if (name === "bind") return (...values: unknown[]) => exposed(target.bind(...values));
      if (name === "run") return () => outage().then(() => target.run());
      if (name === "all") return () => outage().then(() => target.all());
      throw new TypeError(`the archive is not known to ask a statement for ${String(name)}`);
    },
  });
  real.set(proxy, statement);
  return proxy;
}

function flaky(database: D1Database) {
  return {
    prepare: (sql: string) => exposed(database.prepare(sql)),
    async batch(statements: D1PreparedStatement[]) {
      await outage();
      const dice = Math.random();
      if (dice < weather.failing / 2) {
        seen.before++;
        throw new Error("the weather: not stored");
      }
      const answers = await database.batch(statements.map((statement) => real.get(statement) ?? statement));
      if (dice < weather.failing) {
        seen.after++;
        throw new Error("the weather: stored and not answered");
      }
      return answers;
    },
  };
}

export class ChannelObject extends ChannelShell {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, () => openArchive({ DIRECTORY: flaky(env.DIRECTORY) }, "DIRECTORY", env.ARCHIVE_KEY));
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/test/weather") {
      if (request.method === "PUT") weather = await request.json<Weather>();
      return Response.json({ weather, seen });
    }
    if (pathname === "/test/empty") {
      await env.DIRECTORY.prepare("DELETE FROM archive").run();
      return new Response(null, { status: 204 });
    }
    return await app.fetch(request, env, ctx);
  },
  scheduled: (controller, env) => scheduled(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
