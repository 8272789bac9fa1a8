// The fuzzer: requests of every role built from the OpenAPI document, and frames on both sockets.
// No answer is a 5xx, every answer matches its schema, and none is much slower than a valid
// request.
import { mapConcurrently } from "../../simulation/kit/concurrency.ts";
import { SeededRandom } from "../../simulation/kit/seeded-random.ts";
import { percentile, rounded } from "../../simulation/kit/statistics.ts";
import { type Attack, type HttpAnswer, type HttpAsk, send } from "../attack.ts";
import { fuzzFrames } from "./frames.ts";
import { type ApiDocument, documentMismatch, operationsOf, requestOf } from "./requests.ts";
import { ValueMaker } from "./values.ts";
import { FuzzWorld, roles } from "./world.ts";

const WIDTH = 8;
const PROGRESS_EVERY = 10_000;
/** The requests after which the people and the channels are made again. */
const ROUND = 1_000;
/** One request in so many is a valid one of the control run, at the same time as the others. */
const CONTROL_EVERY = 5;
const FAULTS_SHOWN = 30;
/**
 * The share of frames that the protocol must answer by their id. The others are junk and odd ids (a
 * tenth) and `typing.start` (a fifteenth on channel sockets, which are half), or deeply nested.
 * With less than this the server has closed sockets that it should have kept.
 */
const FRAMES_PROMISED = 0.8;
/** The share of requests that must reach the rules behind the schemas. */
const PAST_SCHEMA = 0.3;
/** What the gateway answers before it reads a request as what its schema says. */
const isOfSchema = ({ status, text }: HttpAnswer): boolean =>
  status === 405 || status === 413 || status === 415 || (status === 400 && /"code":"(?:invalid|malformed)"/.test(text));

/**
 * Requests whose time says nothing: polls that are held, password hashes, and exports, which ask
 * every channel of the person.
 */
const isTimed = (path: string): boolean =>
  !/wait=|\/v1\/(accounts|sessions|me\/password|me\/export)|^\/v1\/me$/.test(path);

const isSignOut = ({ method, path }: HttpAsk): boolean => method === "DELETE" && path.includes("/sessions/current");

export const fuzzer: Attack = async (server, { quick, seed, ...given }) => {
  await server.start("raised");
  const { port } = server;
  const requests = given.requests ?? (quick ? 2_000 : 140_000);
  const frames = given.frames ?? (quick ? 3_000 : 60_000);
  const random = new SeededRandom(`fuzzer-${seed}`);
  const document: ApiDocument = JSON.parse((await send(port, { method: "GET", path: "/openapi.json" })).text);
  const definitions = document.components.schemas;
  const operations = operationsOf(document);
  const world = await FuzzWorld.make(port);
  const values = new ValueMaker(random.fork("values"), definitions, () => world.known);
  const faults = new Map<string, string>();
  const times = { fuzzed: [] as number[], control: [] as number[] };
  const statuses: Record<string, number> = {};
  let serverErrors = 0;
  let pastSchema = 0;
  let withoutProblem = 0;
  for (let done = 0; done < requests; done += ROUND) {
    if (done > 0) await world.renew();
    if (done % PROGRESS_EVERY === 0) console.error(`fuzzer: ${done} requests, ${serverErrors} server errors`);
    const round = Array.from({ length: Math.min(ROUND, requests - done) }, (_, at) => {
      const isControl = at % CONTROL_EVERY === 0;
      const operation = random.pick(operations);
      const role = isControl ? "owner" : random.pick(roles);
      return { isControl, operation, role, ask: requestOf(operation, random, values, !isControl) };
    });
    await mapConcurrently(round, WIDTH, async ({ isControl, operation, role, ask }) => {
      // A sign-out ends a session of its own: the others of the round need theirs.
      const token = isSignOut(ask) ? await world.newSessionOf(role) : world.tokenOf(role);
      const answer = await send(port, { ...ask, token });
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (isTimed(ask.path)) times[isControl ? "control" : "fuzzed"].push(answer.ms);
      if (answer.status >= 500) serverErrors++;
      if (!isOfSchema(answer) && answer.status !== 401) pastSchema++;
      if (answer.status >= 400 && answer.type !== "application/problem+json") withoutProblem++;
      const wrong = answer.status >= 500 ? `${answer.status}` : documentMismatch(answer, operation, definitions);
      const name = `${operation.method} ${operation.path}: ${wrong}`;
      if (wrong !== null && !faults.has(name))
        faults.set(
          name,
          `${role} ${ask.path.slice(0, 200)} ${ask.body?.slice(0, 300) ?? ""} -> ${answer.text.slice(0, 200)}`,
        );
    });
  }
  await world.renew();
  const ofFrames = await fuzzFrames(port, world, random.fork("frames"), values, frames);
  const control = percentile(times.control, 0.999);
  const fuzzed = percentile(times.fuzzed, 0.999);
  return {
    setting: { requests, frames, seed, operations: operations.length },
    bars: {
      serverErrors: { value: serverErrors, atMost: 0 },
      pastSchema: { value: pastSchema / requests, atLeast: PAST_SCHEMA },
      errorsWithoutProblem: { value: withoutProblem, atMost: 0 },
      answersNotAsDocumented: { value: faults.size, atMost: 0 },
      frameFaults: { value: ofFrames.faults.length, atMost: 0 },
      framesUnanswered: { value: ofFrames.unansweredCount, atMost: 0 },
      framesPromised: { value: ofFrames.promised, atLeast: frames * FRAMES_PROMISED },
      slowestOverControl: { value: rounded(fuzzed / control), atMost: 2 },
    },
    seen: {
      statuses,
      p999Ms: { fuzzed: rounded(fuzzed), control: rounded(control) },
      faults: [...faults].slice(0, FAULTS_SHOWN).map(([name, example]) => `${name} | ${example}`),
      frameFaults: ofFrames.faults,
      unanswered: ofFrames.unanswered,
      sockets: { opened: ofFrames.opened, closed: ofFrames.closed },
    },
  };
};
