// Parley as a system of an independent benchmark, `chat-bench` (`node .../run.mjs --system
// ./test/bench/adapter.mjs ...`). The server is started and used like in production: accounts,
// groups and access tokens come from the HTTP API, every member has an authenticated and subscribed
// channel socket, and a message is a `message.send` with a nonce. Nothing is switched off in the
// server. Two things are configured: the rates, which `npm run dev` raises by itself, and a cheap
// scrypt, because the creation of a hundred accounts is not measured. Plain JavaScript, because
// `run.mjs` may run on a Node that does not strip types.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PEOPLE, People } from "./adapter-people.mjs";

const root = path.join(import.meta.dirname, "../..");
const bench = path.dirname(fs.realpathSync(process.argv[1]));
const lib = (name) => import(pathToFileURL(path.join(bench, "lib", name)).href);
const [{ spawnServer, sleep }, { wsConnect }, { eachSeq }] = await Promise.all(
  ["proc.mjs", "ws.mjs", "load.mjs"].map(lib),
);

/** A member with one subscribed channel socket. */
function join({ port, channel, token, sink }) {
  return new Promise((resolve, reject) => {
    const asked = new Map();
    let socket;
    let asks = 0;
    let epoch = "";
    let head = 0;
    let caughtUp = 0;
    const ask = (command) =>
      new Promise((answer) => {
        const id = `q${++asks}`;
        asked.set(id, answer);
        socket.sendText(JSON.stringify({ id, ...command }));
      });
    /**
     * Resumes like a device that was away: reads everything after its cursor, page by page, until
     * it is joined.
     */
    const resume = async (after) => {
      caughtUp = 0;
      let answer = await ask({ type: "channel.subscribe", hereInBatches: true, from: { epoch, after } });
      while (answer.type === "more")
        answer = await ask({ type: "channel.subscribe", hereInBatches: true, from: { epoch, after: answer.after } });
      return caughtUp;
    };
    const client = {
      sink,
      send: (seq, body) =>
        socket.sendText(
          `{"id":"${seq}","type":"message.send","nonce":"${randomUUID()}","epoch":"${epoch}","after":${head},"text":"${body}"}`,
        ),
      history: async ({ limit, before, after }) => {
        if (after !== undefined && limit > 100) return await resume(after);
        const query = { limit, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
        return (await ask({ type: "history.page", query })).page.messages;
      },
      close: () => socket.close(),
      destroy: () => socket.destroy(),
    };
    const hear = (frame) => {
      if (frame.id !== undefined && asked.has(frame.id)) {
        asked.get(frame.id)(frame);
        asked.delete(frame.id);
      }
      if (frame.type === "error") sink.error?.(frame);
    };
    wsConnect({
      port,
      path: `/v1/channels/${channel}/socket`,
      protocol: `parley.v1, token.${token}`,
      onOpen: (opened) => {
        socket = opened;
        // Sent directly after the upgrade. A client need not wait for `hello`, because the command
        // does not depend on it.
        ask({ type: "channel.subscribe", hereInBatches: true }).then((ready) => {
          ({ epoch, head } = ready);
          resolve(client);
        });
      },
      onClose: (why) => {
        sink.close?.(why);
        reject(new Error(why));
      },
      onFrame: (buf, start, end) => {
        // {"type":"events","channel":"…","epoch":"…","head":N,
        if (buf[start + 9] === 101 && buf[start + 10] === 118) {
          head = numberAfter(buf, buf.indexOf('"head":', start, "latin1") + 7);
          if (sink.msg) eachSeq(buf, start, end, sink.msg);
          else caughtUp += JSON.parse(buf.toString("utf8", start, end)).events.length;
        } else hear(JSON.parse(buf.toString("utf8", start, end)));
      },
    }).catch(reject);
  });
}

function numberAfter(buf, from) {
  let value = 0;
  for (let at = from; buf[at] >= 48 && buf[at] <= 57; at++) value = value * 10 + buf[at] - 48;
  return value;
}

/**
 * The sizes of the rooms of a scenario, in the order in which it opens them, because the bench does
 * not tell the adapter.
 */
function sizesOf(scenario, opts) {
  const members = String(opts.members).split(",").map(Number);
  if (scenario === "s2") return () => 2;
  if (scenario === "s3") return (nth) => (nth === 0 ? 2 : Number(opts.perroom ?? 10));
  if (scenario === "s4") return () => 1;
  if (scenario === "s5") return () => Number(opts.perroom ?? 100);
  return (nth) => members[nth] ?? PEOPLE;
}

export default (_arg, { dir, opts }) => {
  const scenarios = opts.scenario.split(",");
  const storms = Number(opts.k ?? 2000) / Number(opts.perroom ?? 100);
  let people = null;
  let arrived = null;
  let sizeOf;
  /**
   * With `--url` the bench does not call `start`: the server is running, and an earlier run may
   * have registered these people.
   */
  const enter = (port) => {
    sizeOf = sizesOf(scenarios.shift(), opts);
    people = new People(port);
    arrived = people.arrive();
    return arrived;
  };
  /**
   * `u7` is the eighth member of a room. In a storm client n uses room n modulo the number of
   * rooms, so every room has its first hundred too.
   */
  const indexOf = (user) => (user.startsWith("s") ? Math.floor(Number(user.split("u")[1]) / storms) : +user.slice(1));
  return {
    name: "parley",
    echo: true,
    history: true,
    durable: true,
    async start({ port, core }) {
      const home = path.join(dir, `parley-${process.pid}`);
      fs.rmSync(home, { recursive: true, force: true });
      fs.mkdirSync(home, { recursive: true });
      const own = ["--port", String(port), "--persist-to", path.join(home, "state"), "--var", "SCRYPT_COST:4:8:1"];
      return await spawnServer("npm", ["run", "dev", "--", ...own], {
        cwd: root,
        core,
        port,
        log: path.join(home, "log"),
        env: { CI: "1", WRANGLER_LOG_PATH: home },
        ready: async () => {
          while (!(await isUp(port))) await sleep(100);
          await enter(port);
        },
      });
    },
    async connect({ port }, { room, user, sink }) {
      await (arrived ?? enter(port));
      const channel = await people.group(room, people.has(room) ? 0 : sizeOf(people.groups));
      return await join({ port, channel, token: await people.token(indexOf(user)), sink });
    },
  };
};

const isUp = (port) =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
