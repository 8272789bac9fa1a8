// Tests which ways a call has out of this network: without other people, by gathering candidates.
import { iceAnswer } from "../../protocol";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import { setupOf } from "./ice-servers";
import type { CallRuntime } from "./rtc";

const GATHER_MS = 8_000;

export interface ConnectionTestResult {
  /** Whether devices in the same network can connect directly. */
  readonly local: boolean;
  /** Whether the public address of this device could be found, which most calls need. */
  readonly direct: boolean;
  /** `missing`: the server has no relay, so that strict networks cannot connect. */
  readonly relay: "works" | "fails" | "missing";
}

/** Rejects with the server's refusal, for example `rate_limited`. */
export async function testConnection(
  environment: Environment,
  http: Http,
  runtime: CallRuntime,
): Promise<ConnectionTestResult> {
  const answer = await http.send("POST", "/v1/calls/ice-test", {}, iceAnswer);
  const { configuration, hasRelay } = setupOf(answer, "all");
  const types = new Set<string>();
  const done = Promise.withResolvers<void>();
  const timer = new Timer(environment.clock);
  const connection = runtime.createConnection(configuration);
  connection.onicecandidate = ({ candidate }) => {
    if (candidate === null) return done.resolve();
    const [, type] = / typ (host|srflx|prflx|relay)/.exec(candidate.candidate) ?? [];
    if (type !== undefined) types.add(type);
  };
  timer.set(GATHER_MS, () => done.resolve());
  try {
    connection.addTransceiver("audio", { direction: "sendrecv" });
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: false }));
    await done.promise;
  } finally {
    timer.clear();
    connection.onicecandidate = null;
    connection.close();
  }
  const works = types.has("relay") ? "works" : "fails";
  return { local: types.has("host"), direct: types.has("srflx"), relay: hasRelay ? works : "missing" };
}
