// The Worker of src/index.ts with faults in its archive: batches fail before or after they are
// stored, and the database may be gone, when it refuses every statement or does not answer. The
// gateway's own statements do not fail. `PUT /test/faults` sets the faults.
import { ChannelObjectBase } from "../../../../src/channel/object";
import { openArchive } from "../../../../src/directory/archive/open-archive";
import { openFiles } from "../../../../src/directory/file-references";
import { openVisits } from "../../../../src/directory/guild-member-pages";
import { app } from "../../../../src/gateway/app";
import { scheduled } from "../../../../src/gateway/scheduled";
import type { ArchiveFaults } from "../archive-faults";

export { GuildObject, UserObject } from "../../../../src/index";

/** Longer than a channel waits for an answer. */
const HANG_MS = 20_000;

let archiveFaults: ArchiveFaults = { failing: 0, gone: "no" };
const seen = { calls: 0, before: 0, after: 0, refused: 0, hung: 0 };

/** Throws while the database is gone. */
async function outage(): Promise<void> {
  seen.calls++;
  if (archiveFaults.gone === "refuses") {
    seen.refused++;
    throw new Error("injected fault: refused");
  }
  if (archiveFaults.gone === "hangs") {
    seen.hung++;
    await new Promise((resolve) => setTimeout(resolve, HANG_MS));
    throw new Error("injected fault: not answered");
  }
}

const real = new WeakMap<object, D1PreparedStatement>();

/** A statement whose execution is subject to the faults. */
function wrapped(statement: D1PreparedStatement): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      if (name === "bind") return (...values: unknown[]) => wrapped(target.bind(...values));
      if (name === "run") return () => outage().then(() => target.run());
      if (name === "all") return () => outage().then(() => target.all());
      throw new TypeError(`the archive does not use ${String(name)} of a statement`);
    },
  });
  real.set(proxy, statement);
  return proxy;
}

function failingDatabase(database: D1Database) {
  return {
    prepare: (sql: string) => wrapped(database.prepare(sql)),
    async batch(statements: D1PreparedStatement[]) {
      await outage();
      const random = Math.random();
      if (random < archiveFaults.failing / 2) {
        seen.before++;
        throw new Error("injected fault: not stored");
      }
      const answers = await database.batch(statements.map((statement) => real.get(statement) ?? statement));
      if (random < archiveFaults.failing) {
        seen.after++;
        throw new Error("injected fault: stored and not answered");
      }
      return answers;
    },
  };
}

export class ChannelObject extends ChannelObjectBase {
  constructor(ctx: DurableObjectState, env: Env) {
    const archive = () => openArchive(Object.assign({}, env, { ARCHIVE: failingDatabase(env.ARCHIVE) }));
    const files = openFiles(env.DIRECTORY, () => Date.now());
    super(ctx, env, { archive, files, visits: openVisits(env.DIRECTORY) });
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/test/faults") {
      if (request.method === "PUT") archiveFaults = await request.json<ArchiveFaults>();
      return Response.json({ archiveFaults, seen });
    }
    if (pathname === "/test/empty") {
      await env.ARCHIVE.prepare("DELETE FROM archive").run();
      return new Response(null, { status: 204 });
    }
    return await app.fetch(request, env, ctx);
  },
  scheduled: (controller, env) => scheduled(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
