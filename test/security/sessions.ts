// One account with hundreds of groups and a thousand sockets. A sign-out, the end of a session and a
// password change close the sockets within a second, and no write is accepted after their answer.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { RawSocket } from "../simulation/kit/raw-socket.ts";
import { demand, password, RegisteredUser } from "../simulation/kit/registered-user.ts";
import { percentile, rounded } from "../simulation/kit/statistics.ts";
import { type Attack, send } from "./attack.ts";

const CLOSED_P99_MS = 1_000;
/** After an answer with `pending`, writes must be refused a minute later. */
const PENDING_MS = 60_000;

interface Session {
  id: string;
  token: string;
  sockets: OpenSocket[];
}

interface OpenSocket {
  socket: RawSocket;
  channel: string;
  closedAt: Promise<number>;
}

export const sessions: Attack = async (server, { quick }) => {
  const groups = quick ? 60 : 600;
  const sessionCount = quick ? 8 : 50;
  const perSession = quick ? 6 : 20;
  await server.start("raised");
  const victim = await RegisteredUser.register(server.port, "victim");
  const strangers = await mapConcurrently(["s-one", "s-two", "s-three"], 3, (handle) =>
    RegisteredUser.register(server.port, handle),
  );
  const channels = await mapConcurrently(Array.from({ length: groups }), 4, async (_, at) => {
    const owner = strangers[at % strangers.length];
    if (!owner) throw new Error("there is no stranger");
    return owner.group(`Group ${at}`, [victim]);
  });
  const signedIn = await mapConcurrently(Array.from({ length: sessionCount }), 4, async (): Promise<Session> => {
    const body = { handle: "victim", password, keep: "token" };
    const { me, token } = await demand<{ me: { session: string }; token: string }>(
      server.port,
      "",
      "POST",
      "/v1/sessions",
      body,
    );
    return { id: me.session, token, sockets: [] };
  });
  await server.start("wire");
  const { port } = server;
  await mapConcurrently(signedIn, 4, async (session, at) => {
    const { token } = await demand<{ token: string }>(port, session.token, "GET", "/v1/gateway");
    for (let socket = 0; socket < perSession; socket++) {
      const channel = channels[(at * perSession + socket) % channels.length] ?? "";
      session.sockets.push(await openSocket(port, channel, token));
    }
  });

  const times: number[] = [];
  const late: string[] = [];
  const statuses: Record<string, number> = {};
  let left = 0;
  const end = async (name: string, method: string, path: string, token: string, ended: Session[], body?: object) => {
    const answer = await send(port, { method, path, token, ...(body && { body: JSON.stringify(body) }) });
    statuses[name] = answer.status;
    if (answer.text.includes('"pending"')) await delay(PENDING_MS);
    const from = performance.now();
    const marker = `late-${randomUUID()}`;
    for (const { sockets } of ended) for (const one of sockets) one.socket.send(messageOf(marker));
    const closed = ended.flatMap(({ sockets }) =>
      sockets.map(({ closedAt }) => Promise.race([closedAt, delay(10_000, Number.POSITIVE_INFINITY)])),
    );
    for (const at of await Promise.all(closed)) {
      if (Number.isFinite(at)) times.push(Math.max(0, at - from));
      else left++;
    }
    for (const { token: old } of ended.slice(0, 5)) {
      const again = await send(port, { method: "GET", path: "/v1/gateway", token: old });
      if (again.status !== 401) late.push(`${name}: an ended session got ${again.status}`);
    }
    const used = [...new Set(ended.flatMap(({ sockets }) => sockets.map(({ channel }) => channel)))];
    await mapConcurrently(used.slice(0, 40), 4, async (channel) => {
      const owner = strangers[channels.indexOf(channel) % strangers.length];
      const page = await owner?.ask("GET", `/v1/channels/${channel}/messages?limit=20`);
      if (page?.text.includes(marker)) late.push(`${name}: ${channel} has a late message`);
    });
  };

  const [first, second, keeper, ...others] = signedIn;
  if (!first || !second || !keeper) throw new Error("there are too few sessions");
  await end("signOut", "DELETE", "/v1/sessions/current", first.token, [first]);
  await end("endOfSession", "DELETE", `/v1/sessions/${second.id}`, keeper.token, [second]);
  const change = { current: password, next: "another correct horse" };
  await end("passwordChange", "PUT", "/v1/me/password", keeper.token, others, change);
  const body = JSON.stringify({ handle: "victim", password: "another correct horse", keep: "token" });
  const again = await send(port, { method: "POST", path: "/v1/sessions", body });
  return {
    setting: { groups, sessions: sessionCount, sockets: sessionCount * perSession },
    bars: {
      ...Object.fromEntries(
        Object.entries(statuses).map(([name, value]) => [name, { value, atLeast: 200, atMost: 299 }]),
      ),
      nextSignIn: { value: again.status, atLeast: 200, atMost: 299 },
      lateWrites: { value: late.length, atMost: 0 },
      socketsLeftOpen: { value: left, atMost: 0 },
      closedP99Ms: { value: rounded(percentile(times, 0.99)), atMost: CLOSED_P99_MS },
    },
    seen: { late: late.slice(0, 10), closed: times.length, slowestMs: rounded(Math.max(...times)) },
  };
};

async function openSocket(port: number, channel: string, token: string): Promise<OpenSocket> {
  const path = `/v1/channels/${channel}/socket`;
  const socket = await RawSocket.open({
    port,
    path,
    protocols: ["parley.v1", `token.${token}`],
    keep: 256,
    onText() {},
  });
  return { socket, channel, closedAt: socket.closed.then(() => performance.now()) };
}

/** A message in the epoch that every new channel has. */
function messageOf(text: string): string {
  const command = { id: "late", type: "message.send", nonce: randomUUID(), epoch: "1", after: 0, text };
  return JSON.stringify(command);
}
