// One account with hundreds of groups and a thousand sockets. A sign-out, the end of a session and
// a password change close the sockets within a second, and no write is accepted after their answer.
import { setTimeout as delay } from "node:timers/promises";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { demand, password, RegisteredUser } from "../simulation/kit/registered-user.ts";
import { percentile, rounded } from "../simulation/kit/statistics.ts";
import { type Attack, epochOf, type HttpAnswer, send } from "./attack.ts";
import { type Place, Writer } from "./writer.ts";

const CLOSED_P99_MS = 1_000;
/** After an answer with `pending`, writes must be refused a minute later. */
const PENDING_MS = 60_000;
/** Sockets that are opened in a second: the rate `request` allows an account 50. */
const OPENED_PER_SECOND = 35;
/** How often, and at what distance, each socket that is still open writes after the answer. */
const LATE_WRITES = 5;
const LATE_EVERY_MS = 250;
/** How many sessions also write over HTTP and open new sockets with their old access token. */
const OTHER_PATHS = 5;
const UNCLOSED_MS = 10_000;

interface Session {
  id: string;
  token: string;
  /** The access token of the sockets. */
  access: string;
  writers: Writer[];
}

export const sessions: Attack = async (server, { quick }) => {
  const groups = quick ? 40 : 600;
  const sessionCount = quick ? 8 : 50;
  const perSession = quick ? 6 : 20;
  await server.start("raised");
  const victim = await RegisteredUser.register(server.port, "victim");
  const owners = await mapConcurrently(["s-one", "s-two", "s-three"], 3, (handle) =>
    RegisteredUser.register(server.port, handle),
  );
  const places = await mapConcurrently(Array.from({ length: groups }), 4, async (_, at): Promise<Place> => {
    const owner = owners[at % owners.length];
    if (!owner) throw new Error("there is no owner");
    const channel = await owner.group(`Group ${at}`, [victim]);
    return { channel, owner, epoch: await epochOf(owner, channel) };
  });
  const signedIn = await mapConcurrently(Array.from({ length: sessionCount }), 4, () => signIn(server.port, password));
  await server.start("wire");
  const { port } = server;
  let next = 0;
  for (const session of signedIn) {
    session.access = (await demand<{ token: string }>(port, session.token, "GET", "/v1/gateway")).token;
    for (let socket = 0; socket < perSession; socket++) {
      const place = places[next++ % places.length];
      if (!place) throw new Error("there is no group");
      const [writer] = await Promise.all([Writer.open(port, place, session.access), delay(1_000 / OPENED_PER_SECOND)]);
      session.writers.push(writer);
    }
  }

  const seen = { late: [] as string[], pending: {} as Record<string, boolean>, closedBeforeAnswer: 0 };
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let controls = 0;
  let controlsAccepted = 0;
  let left = 0;
  const end = async (name: string, ended: Session[], request: () => Promise<HttpAnswer>) => {
    const writers = ended.flatMap((session) => session.writers);
    // These show that an intact server accepts what the late writes say.
    for (const writer of writers) writer.write(`control ${name}`);
    controls += writers.length;
    await Promise.all(writers.map((writer) => writer.accepted));
    const answer = await request();
    const answeredAt = performance.now();
    statuses[name] = answer.status;
    seen.pending[name] = answer.text.includes('"pending"');
    if (seen.pending[name]) await delay(PENDING_MS);
    for (let round = 0; round < LATE_WRITES; round++) {
      for (const writer of writers) writer.write(`late ${name}`);
      if (round === 0) await Promise.all(ended.slice(0, OTHER_PATHS).map((session) => otherPaths(name, session)));
      await delay(LATE_EVERY_MS);
    }
    const closed = writers.map(({ closedAt }) =>
      Promise.race([closedAt, delay(UNCLOSED_MS, Number.POSITIVE_INFINITY)]),
    );
    for (const at of await Promise.all(closed)) {
      if (!Number.isFinite(at)) left++;
      else times.push(at - answeredAt);
    }
    const used = [...new Set(writers.map(({ place }) => place))];
    await mapConcurrently(used, 4, async ({ channel, owner }) => {
      const page = await owner.ask("GET", `/v1/channels/${channel}/messages?limit=50`);
      if (page.status !== 200) throw new Error(`the page of ${channel} answers ${page.status}`);
      controlsAccepted += page.text.split(`"control ${name}"`).length - 1;
      if (page.text.includes(`"late ${name}"`)) seen.late.push(`${name}: ${channel} has a late message`);
    });
  };
  /** The session token, the access token over HTTP, and a new socket with the access token. */
  const otherPaths = async (name: string, { token, access, writers }: Session): Promise<void> => {
    const [writer] = writers;
    if (!writer) throw new Error("the session has no socket");
    const { channel } = writer.place;
    const path = `/v1/channels/${channel}/messages`;
    const body = JSON.stringify({ text: `late ${name}` });
    const [again, written, opened] = await Promise.all([
      send(port, { method: "GET", path: "/v1/gateway", token }),
      send(port, { method: "POST", path, token: access, body, headers: { "idempotency-key": `late ${name}` } }),
      Writer.open(port, writer.place, access),
    ]);
    opened.write(`late ${name}`);
    for (const { status } of [again, written])
      if (status !== 401) seen.late.push(`${name}: an ended session got ${status}`);
    const isClosed = await Promise.race([opened.closedAt.then(() => true), delay(LATE_EVERY_MS * LATE_WRITES, false)]);
    if (!isClosed) seen.late.push(`${name}: an ended session opened a socket`);
  };

  const [first, second, keeper, ...others] = signedIn;
  if (!first || !second || !keeper) throw new Error("there are too few sessions");
  const by = keeper.token;
  await end("signOut", [first], () =>
    send(port, { method: "DELETE", path: "/v1/sessions/current", token: first.token }),
  );
  await end("endOfSession", [second], () =>
    send(port, { method: "DELETE", path: `/v1/sessions/${second.id}`, token: by }),
  );
  const change = JSON.stringify({ current: password, next: "another correct horse" });
  await end("passwordChange", others, () =>
    send(port, { method: "PUT", path: "/v1/me/password", token: by, body: change }),
  );
  const body = JSON.stringify({ handle: "victim", password: "another correct horse", keep: "token" });
  const again = await send(port, { method: "POST", path: "/v1/sessions", body });
  return {
    setting: { groups, sessions: sessionCount, sockets: sessionCount * perSession },
    bars: {
      ...Object.fromEntries(
        Object.entries(statuses).map(([name, value]) => [name, { value, atLeast: 200, atMost: 299 }]),
      ),
      nextSignIn: { value: again.status, atLeast: 200, atMost: 299 },
      controlWrites: { value: controlsAccepted, atLeast: controls },
      lateWrites: { value: seen.late.length, atMost: 0 },
      socketsLeftOpen: { value: left, atMost: 0 },
      // After the answer; a negative time is before it.
      closedP99Ms: { value: rounded(percentile(times, 0.99)), atMost: CLOSED_P99_MS },
    },
    seen: {
      ...seen,
      late: seen.late.slice(0, 10),
      closed: times.length,
      closedBeforeAnswer: times.filter((ms) => ms <= 0).length,
      closedMs: { first: rounded(Math.min(...times)), last: rounded(Math.max(...times)) },
    },
  };
};

async function signIn(port: number, given: string): Promise<Session> {
  const body = { handle: "victim", password: given, keep: "token" };
  const { me, token } = await demand<{ me: { session: string }; token: string }>(
    port,
    "",
    "POST",
    "/v1/sessions",
    body,
  );
  return { id: me.session, token, access: "", writers: [] };
}
