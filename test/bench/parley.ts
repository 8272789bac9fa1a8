// Parley under load, used like a client does: accounts and groups over HTTP, an authenticated
// channel socket for each member, and `message.send` with a nonce and a position. Under wrangler
// the server is `npm run dev`, which raises the rates; on the bare runtime the same are raised.
// Scrypt is made cheap too, because the creation of a hundred accounts is not measured.

import path from "node:path";
import { raised } from "../simulation/kit/rates.ts";
import { bindingsOf } from "../simulation/kit/server-process.ts";
import { startBareServer } from "./bare-server.ts";
import { parleyBundle } from "./bundles.ts";
import type { Host } from "./host.ts";
import { ParleyMember } from "./parley-member.ts";
import { People } from "./people.ts";
import { Profiler } from "./profiler.ts";
import { type Server, startServer } from "./server.ts";
import type { Member, System } from "./system.ts";

const PEOPLE = 100;
const migrations = path.join(import.meta.dirname, "../../migrations");

export interface ParleyOptions {
  /** The file of a profile, on the bare runtime; null for none. */
  profile: string | null;
  /** The folder of an earlier version, on the bare runtime; null for this project. */
  root: string | null;
}

export async function startParley(host: Host, { profile, root }: ParleyOptions): Promise<System> {
  const server = await (host === "bare" ? startBare(root, profile !== null) : startDev());
  const people = await People.arrive(`http://127.0.0.1:${server.port}`, PEOPLE);
  return {
    name: "parley",
    server,
    profiler: profile && server.inspectorPort ? await Profiler.attach(server.inspectorPort, profile) : null,
    open: async (size) => {
      const channel = await people.group(size);
      await people.refresh();
      const join = (at: number, before?: Member) =>
        ParleyMember.join({ port: server.port, channel, token: people.tokenOf(at) }, before);
      return { size, join: (at) => join(at), rejoin: join };
    },
  };
}

async function startBare(root: string | null, hasInspector: boolean): Promise<Server> {
  const worker = await parleyBundle(root);
  return await startBareServer({ ...worker, bindings: bindingsOf(worker, raised), migrations }, hasInspector);
}

const startDev = (): Promise<Server> =>
  startServer((port, home) => ({
    command: ["npm", "run", "dev", "--", "--port", `${port}`, "--persist-to", home, "--var", "SCRYPT_COST:4:8:1"],
    probe: "/healthz",
  }));
