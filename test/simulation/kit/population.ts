// Registers people and opens channels over HTTP.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { mapConcurrently } from "./concurrency.ts";

export interface Person {
  id: string;
  /** Authenticates HTTP requests. */
  session: string;
  /** Opens sockets. It is valid for five minutes, longer than a scenario. */
  token: string;
}

const signedIn = z.object({ me: z.object({ id: z.string() }), token: z.string() });
const gateway = z.object({ token: z.string() });
const made = z.object({ id: z.string() });

/** Concurrent requests: enough to keep the server busy without overloading it. */
const WIDTH = 16;

export async function registerPeople(port: number, count: number): Promise<Person[]> {
  const people = Array.from({ length: count }, (_, at) => at);
  return await mapConcurrently(people, WIDTH, async (at) => {
    const account = { handle: `person-${at}`, name: `Person ${at}`, password: "correct horse battery", keep: "token" };
    const { me, token: session } = signedIn.parse(await ask(port, "POST", "/v1/accounts", account));
    return {
      id: me.id,
      session,
      token: gateway.parse(await ask(port, "GET", "/v1/gateway", undefined, session)).token,
    };
  });
}

/** Opens groups of which everyone is a member and the first person the owner. Answers their ids. */
export async function openGroups(port: number, people: readonly Person[], count: number): Promise<string[]> {
  const [owner, ...others] = people;
  if (!owner) throw new Error("a group needs an owner");
  const names = Array.from({ length: count }, (_, at) => `group ${at}`);
  return await mapConcurrently(names, WIDTH, async (name) => {
    const group = { kind: "group", nonce: randomUUID(), name, members: others.map((person) => person.id) };
    return made.parse(await ask(port, "POST", "/v1/channels", group, owner.session)).id;
  });
}

/** Answers the body, null without one; throws on every error status. */
export async function ask(
  port: number,
  method: string,
  route: string,
  body?: object,
  session?: string,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${route}`, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(session && { authorization: `Bearer ${session}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : await response.json();
}
