// The members of Parley's rooms: accounts that all rooms share, and the access tokens that open
// their sockets.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { inParts } from "./pace.ts";

const signedIn = z.object({ me: z.object({ id: z.string() }), token: z.string() });
const gateway = z.object({ token: z.string(), expiresAt: z.number() });
const channel = z.object({ id: z.string() });

/** A token that is about to expire is replaced. */
const SPARE_MS = 90_000;

interface Person {
  id: string;
  session: string;
  access: z.infer<typeof gateway>;
}

export class People {
  readonly #url: string;
  readonly #all: Person[];

  private constructor(url: string, all: Person[]) {
    this.#url = url;
    this.#all = all;
  }

  static async arrive(url: string, count: number): Promise<People> {
    const all = await inParts(count, async (at) => {
      const handle = `bench-${at}`;
      const registration = { handle, name: handle, password: "correct horse battery", keep: "token" };
      const { me, token } = await ask(signedIn, `${url}/v1/accounts`, { body: registration });
      return { id: me.id, session: token, access: await ask(gateway, `${url}/v1/gateway`, { token }) };
    });
    return new People(url, all);
  }

  /** Fetches a token for everyone, so that nobody fetches one during a reconnect storm. */
  async refresh(): Promise<void> {
    await inParts(this.#all.length, async (at) => {
      const person = this.#person(at);
      if (person.access.expiresAt - Date.now() > SPARE_MS) return;
      person.access = await ask(gateway, `${this.#url}/v1/gateway`, { token: person.session });
    });
  }

  tokenOf(at: number): string {
    return this.#person(at).access.token;
  }

  /** Creates a group of the first `size` people and returns its channel. */
  async group(size: number): Promise<string> {
    const members = this.#all.slice(1, size).map(({ id }) => id);
    const body = { kind: "group", nonce: randomUUID(), name: `${size} people`, members };
    const { id } = await ask(channel, `${this.#url}/v1/channels`, { body, token: this.#person(0).session });
    return id;
  }

  #person(at: number): Person {
    const person = this.#all[at];
    if (!person) throw new Error(`there are only ${this.#all.length} people`);
    return person;
  }
}

async function ask<T>(
  schema: z.ZodType<T>,
  url: string,
  { body, token }: { body?: object; token?: string },
): Promise<T> {
  const response = await fetch(url, {
    method: body ? "POST" : "GET",
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}
