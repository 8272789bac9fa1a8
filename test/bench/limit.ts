// The limit under load: the same generator, machine and host, with a Worker that does almost
// nothing.
import path from "node:path";
import { startBareServer } from "./bare-server.ts";
import { limitBundle } from "./bundles.ts";
import type { Host } from "./host.ts";
import { LimitMember } from "./limit-member.ts";
import { type Server, startServer } from "./server.ts";
import type { Member, System } from "./system.ts";

/**
 * `batched`: the messages of one turn share a commit and a frame. `each`: a commit and a frame for
 * each message. `asking`: like `each`, and every upgrade first asks the object of the account, as
 * revocation needs it.
 */
export type LimitMode = "batched" | "each" | "asking";

const config = path.join(import.meta.dirname, "limit/wrangler.toml");

export async function startLimit(host: Host): Promise<Server> {
  if (host === "wrangler")
    return await startServer((port, home) => ({
      command: ["npx", "wrangler", "dev", "--config", config, "--port", `${port}`, "--persist-to", home],
      probe: "/",
    }));
  const objects = { durableObjects: { ROOMS: "Room", ACCOUNTS: "Account" }, databases: {} };
  return await startBareServer({ ...(await limitBundle()), ...objects, bindings: {}, migrations: null }, false);
}

let rooms = 0;

export const limitOf = (server: Server, mode: LimitMode): System => ({
  name: `limit, ${mode}`,
  server,
  profiler: null,
  open: async (size) => {
    const place = `/${mode}/${++rooms}`;
    const join = (at: number) => LimitMember.join(server.port, `${place}?user=${at}`);
    const rejoin = async (at: number): Promise<Member> => {
      const member = await join(at);
      await member.missed(0);
      return member;
    };
    return { size, join, rejoin };
  },
});
