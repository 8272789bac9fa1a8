// Floods at the rates of the wire: strangers who are asked into groups, changes of the profile,
// lookups, opened sockets, commands and junk frames. Each is refused beyond its rate, and an
// ordinary request of another person is answered meanwhile.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { rates } from "../../src/protocol/rates.ts";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { RawSocket } from "../simulation/kit/raw-socket.ts";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { type Attack, admitted } from "./attack.ts";

const ASKED_TOGETHER = 10;
const STRANGERS = rates.invite.burst + 4 * ASKED_TOGETHER;
const PROFILES = 40;
const LOOKUPS = 200;
const UPGRADES = 100;
const FRAMES = 3_000;
const CLOSED_MS = 10_000;

export const floods: Attack = async (server) => {
  await server.start("raised");
  const flooder = await RegisteredUser.register(server.port, "flooder");
  const bystander = await RegisteredUser.register(server.port, "bystander");
  const crowd = Array.from({ length: STRANGERS }, (_, at) => `crowd-${at}`);
  const strangers = await mapConcurrently(crowd, 4, (handle) => RegisteredUser.register(server.port, handle));
  const channel = await flooder.direct(flooder);
  // Strangers are asked, as in a deployment.
  await server.start("wire", { OPEN_TO: "shared" });
  const { port } = server;
  const bars: Awaited<ReturnType<Attack>>["bars"] = {};
  let serverErrors = 0;

  /** Counts the accepted requests of a flood, and the time that it took. */
  const flood = async (count: number, request: (at: number) => Promise<{ status: number }>) => {
    const from = performance.now();
    let accepted = 0;
    for (let at = 0; at < count; at++) {
      const { status } = await request(at);
      if (status < 300) accepted++;
      if (status >= 500) serverErrors++;
    }
    return { accepted, ms: performance.now() - from };
  };
  const invited = await flood(STRANGERS / ASKED_TOGETHER, (at) => {
    const members = strangers.slice(at * ASKED_TOGETHER, (at + 1) * ASKED_TOGETHER).map(({ id }) => id);
    return flooder.ask("POST", "/v1/channels", { kind: "group", nonce: randomUUID(), name: `Group ${at}`, members });
  });
  bars.strangersAsked = {
    value: invited.accepted * ASKED_TOGETHER,
    atLeast: rates.invite.burst,
    atMost: admitted(rates.invite, invited.ms),
  };
  const renamed = await flood(PROFILES, (at) => flooder.ask("PATCH", "/v1/me", { name: `Flooder ${at}` }));
  bars.profilesChanged = {
    value: renamed.accepted,
    atLeast: rates.profile.burst,
    atMost: admitted(rates.profile, renamed.ms),
  };
  const found = await flood(LOOKUPS, (at) => flooder.ask("GET", `/v1/users?handle=crowd-${at % STRANGERS}`));
  // The binding counts in fixed minutes, and the flood may touch two of them.
  bars.peopleLookedUp = { value: found.accepted, atLeast: rates.lookup.burst, atMost: 2 * rates.lookup.burst };

  // First: the commands use up the rate of frames, which would close this socket too.
  const junk = await floodedSocket(port, flooder, "{");
  bars.junkFloodCode = { value: junk, atLeast: closeCodes.unreadable, atMost: closeCodes.unreadable };
  const commands = await floodedSocket(port, flooder, '{"id":"1","type":"presence.active","active":true}');
  bars.commandFloodCode = { value: commands, atLeast: closeCodes.rateLimited, atMost: closeCodes.rateLimited };

  const access = await flooder.token();
  const from = performance.now();
  const opened: RawSocket[] = [];
  for (let at = 0; at < UPGRADES; at++) opened.push(await open(port, `/v1/channels/${channel}/socket`, access));
  const accepted = admitted(rates.upgrade, performance.now() - from);
  const codes = await Promise.all(opened.map((socket) => codeWithin(socket, 1_000)));
  for (const socket of opened) socket.destroy();
  const refused = codes.filter((code) => code === closeCodes.rateLimited).length;
  bars.socketsAccepted = { value: UPGRADES - refused, atLeast: rates.upgrade.burst, atMost: accepted };

  const { status } = await bystander.ask("GET", "/v1/me");
  bars.bystander = { value: status, atLeast: 200, atMost: 200 };
  bars.serverErrors = { value: serverErrors, atMost: 0 };
  return {
    setting: { strangers: STRANGERS, profiles: PROFILES, lookups: LOOKUPS, upgrades: UPGRADES, frames: FRAMES },
    bars,
    seen: { codes: [...new Set(codes)] },
  };
};

const open = (port: number, path: string, access: string): Promise<RawSocket> =>
  RawSocket.open({ port, path, protocols: ["parley.v1", `token.${access}`], keep: 256, onText() {} });

/** In place of a close code: the socket is still open. */
const OPEN = 0;

const codeWithin = (socket: RawSocket, ms: number): Promise<number> => Promise.race([socket.closed, delay(ms, OPEN)]);

/** Sends a frame many times on the user socket. Returns the code that closes the socket. */
async function floodedSocket(port: number, person: RegisteredUser, frame: string): Promise<number> {
  const socket = await open(port, "/v1/socket", await person.token());
  for (let at = 0; at < FRAMES; at++) socket.send(frame);
  const code = await codeWithin(socket, CLOSED_MS);
  socket.destroy();
  return code;
}
