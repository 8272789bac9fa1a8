// Bindings with objects that cannot be reached.
import { env } from "cloudflare:workers";

const failing = () => Promise.reject(new Error("cannot be reached"));

/** An object of which every method fails. */
const broken = new Proxy({}, { get: () => failing });

/** Returns the bindings, in which the objects whose name `isBroken` takes cannot be reached. */
export function unreachable(isBroken: (name: string) => boolean): Env {
  const bar = <T extends { getByName(name: string): object }>(namespace: T): T =>
    new Proxy(namespace, {
      get: (target, property) => {
        if (property !== "getByName") return Reflect.get(target, property);
        return (name: string) => (isBroken(name) ? broken : target.getByName(name));
      },
    });
  return { ...env, CHANNELS: bar(env.CHANNELS), USERS: bar(env.USERS) };
}
