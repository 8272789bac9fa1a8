// The limit worker under load: the same generator, machine and wrangler, with a worker that does
// almost nothing.
import path from "node:path";
import { LimitMember } from "./limit-member.ts";
import { type Server, startServer } from "./server.ts";
import type { System } from "./system.ts";

/**
 * `batched`: the messages of one turn share a commit and a frame. `each`: a commit and a frame for
 * each message.
 */
export type LimitMode = "batched" | "each";

const config = path.join(import.meta.dirname, "limit/wrangler.toml");

export function startLimit(): Promise<Server> {
  return startServer((port, home) => ({
    command: ["npx", "wrangler", "dev", "--config", config, "--port", `${port}`, "--persist-to", home],
    probe: "/",
  }));
}

let rooms = 0;

export const limitOf = (server: Server, mode: LimitMode): System => ({
  name: `limit, ${mode}`,
  server,
  open: async (size) => {
    const place = `/${mode}/${++rooms}`;
    return { size, join: () => LimitMember.join(server.port, place) };
  },
});
