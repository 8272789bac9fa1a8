// Guessing passwords and registering accounts from many addresses, at the rates of the wire. A
// known device of the victim still signs in.
import { rates } from "../../src/protocol/rates.ts";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { demand, password, RegisteredUser } from "../simulation/kit/registered-user.ts";
import { type Attack, admitted, send } from "./attack.ts";

const ADDRESSES = 200;
const WIDTH = 4;

const addressOf = (at: number): string => `203.0.${113 + (at >> 8)}.${at & 255}`;
/** Each is a /64 of its own, in one /48. */
const networkOf = (at: number): string => `2001:db8:7:${at.toString(16)}::1`;

export const guesses: Attack = async (server) => {
  await server.start("raised");
  const victim = await RegisteredUser.register(server.port, "victim");
  await RegisteredUser.register(server.port, "bystander");
  const credentials = { handle: "victim", password, keep: "token" };
  const { deviceProof } = await demand<{ deviceProof: string }>(server.port, "", "POST", "/v1/sessions", credentials);
  await server.start("wire");
  const { port } = server;

  const signIn = async (handle: string, address: string): Promise<number> => {
    const body = JSON.stringify({ handle, password: "a wrong guess", keep: "token" });
    const headers = { "cf-connecting-ip": address };
    return (await send(port, { method: "POST", path: "/v1/sessions", body, headers })).status;
  };
  // The addresses must differ for the server, or the attack says nothing.
  let fromOne = 200;
  for (let at = 0; at < 12; at++) fromOne = await signIn("bystander", "198.51.100.1");
  const fromAnother = await signIn("bystander", "198.51.100.2");

  const addresses = Array.from({ length: ADDRESSES }, (_, at) => at);
  const guessedFrom = performance.now();
  const statuses = await mapConcurrently(addresses, WIDTH, (at) => signIn("victim", addressOf(at)));
  const guessesMax = admitted(rates.guess, performance.now() - guessedFrom);
  const signedIn = await victim.ask("GET", "/v1/me");
  const headers = { "cf-connecting-ip": addressOf(ADDRESSES) };
  const knownDevice = await send(port, {
    method: "POST",
    path: "/v1/sessions",
    body: JSON.stringify({ ...credentials, deviceProof }),
    headers,
  });

  let registered = 0;
  let failed = 0;
  const registeredFrom = performance.now();
  await mapConcurrently(addresses, WIDTH, async (at) => {
    const body = JSON.stringify({ handle: `crowd-${at}`, name: "Crowd", password: "correct horse battery" });
    const headers = { "cf-connecting-ip": networkOf(at) };
    const { status } = await send(port, { method: "POST", path: "/v1/accounts", body, headers });
    if (status < 300) registered++;
    if (status >= 500) failed++;
  });
  const accountsMax = admitted(rates.registerNetwork, performance.now() - registeredFrom);
  const tried = statuses.filter((status) => status !== 429).length;
  return {
    setting: { addresses: ADDRESSES },
    bars: {
      oneAddressIsRefused: { value: fromOne, atLeast: 429, atMost: 429 },
      anotherAddressIsHeard: { value: fromAnother, atLeast: 401, atMost: 401 },
      guessesTried: { value: tried, atLeast: rates.guess.burst, atMost: guessesMax },
      ownSessionAnswers: { value: signedIn.status, atLeast: 200, atMost: 200 },
      knownDeviceSignsIn: { value: knownDevice.status, atLeast: 200, atMost: 299 },
      accountsOfOneNetwork: { value: registered, atLeast: rates.registerNetwork.burst, atMost: accountsMax },
      serverErrors: { value: failed + statuses.filter((status) => status >= 500).length, atMost: 0 },
    },
    seen: { refused: ADDRESSES - tried },
  };
};
