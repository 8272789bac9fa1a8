// Parley under load, used like a client does: accounts and groups over HTTP, an authenticated
// channel socket for each member, and `message.send` with a nonce and a position. The server is
// `npm run dev`, which raises the rates. Scrypt is made cheap too, because the creation of a
// hundred accounts is not measured.

import { ParleyMember } from "./parley-member.ts";
import { People } from "./people.ts";
import { startServer } from "./server.ts";
import type { System } from "./system.ts";

const PEOPLE = 100;

export async function startParley(): Promise<System> {
  const server = await startServer((port, home) => ({
    command: ["npm", "run", "dev", "--", "--port", `${port}`, "--persist-to", home, "--var", "SCRYPT_COST:4:8:1"],
    probe: "/healthz",
  }));
  const people = await People.arrive(`http://127.0.0.1:${server.port}`, PEOPLE);
  return {
    name: "parley",
    server,
    open: async (size) => {
      const channel = await people.group(size);
      await people.refresh();
      return { size, join: (at) => ParleyMember.join(server.port, channel, people.tokenOf(at)) };
    },
  };
}
