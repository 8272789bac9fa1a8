// Searches with bindings that count what a search asks, or that fail.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { app } from "../../src/gateway/app";
import type { SearchPage } from "../../src/protocol";
import { ORIGIN, type Person } from "./http";

export interface AskedObjects {
  bindings: Env;
  /** The channels whose tails were asked, and the databases, in the order of the requests. */
  tails: string[];
  databases: string[];
}

type MethodCall = (...args: unknown[]) => unknown;

/** Returns an object whose method `name` runs `before` with its arguments first. */
function watched<T extends object>(target: T, name: string, before: () => void): T {
  return new Proxy(target, {
    get: (object, property) => {
      const value: unknown = Reflect.get(object, property);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (property === name) before();
        return (value as MethodCall).apply(object, args);
      };
    },
  });
}

/** Returns bindings that count. `fails`: whether a database cannot be reached. */
export function countedBindings(fails: (database: string) => boolean = () => false): AskedObjects {
  const tails: string[] = [];
  const databases: string[] = [];
  const database = (name: "ARCHIVE" | "ARCHIVE_2" | "ARCHIVE_3"): D1Database =>
    watched(env[name], "batch", () => {
      databases.push(name);
      if (fails(name)) throw new Error("cannot be reached");
    });
  const channels: Env["CHANNELS"] = new Proxy(env.CHANNELS, {
    get: (namespace, property) => {
      if (property !== "getByName") return Reflect.get(namespace, property);
      return (name: string) => {
        const stub = namespace.getByName(name);
        return new Proxy(stub, {
          get: (object, method) => {
            if (method === "searchTail") tails.push(name);
            return Reflect.get(object, method);
          },
        });
      };
    },
  });
  const archives = { ARCHIVE: database("ARCHIVE"), ARCHIVE_2: database("ARCHIVE_2"), ARCHIVE_3: database("ARCHIVE_3") };
  return { bindings: { ...env, ...archives, CHANNELS: channels }, tails, databases };
}

/** Searches with other bindings. Throws for an answer that is not a page. */
export async function searchWith(bindings: Env, person: Person, query: object): Promise<SearchPage> {
  const response = await searchResponse(bindings, person, query);
  if (!response.ok) throw new Error(`the search: ${response.status} ${await response.text()}`);
  return response.json<SearchPage>();
}

export function searchResponse(bindings: Env, { token }: Person, query: object): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const request = new Request(`${ORIGIN}/v1/search`, { method: "POST", headers, body: JSON.stringify(query) });
  return Promise.resolve(app.fetch(request, bindings, createExecutionContext()));
}
