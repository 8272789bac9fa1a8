// Bindings with objects that cannot be reached, or that never answer.
import { env } from "cloudflare:workers";

const failing = () => Promise.reject(new Error("cannot be reached"));
const pending = () => new Promise<never>(() => {});

/** An object of which every method fails, and one of which none answers. */
const broken = new Proxy({}, { get: () => failing });
const mute = new Proxy({}, { get: () => pending });

/** Returns the bindings, in which the objects whose name `isReplaced` takes are `other`. */
function replaced(isReplaced: (name: string) => boolean, other: object): Env {
  const bar = <T extends { getByName(name: string): object }>(namespace: T): T =>
    new Proxy(namespace, {
      get: (target, property) => {
        if (property !== "getByName") return Reflect.get(target, property);
        return (name: string) => (isReplaced(name) ? other : target.getByName(name));
      },
    });
  return { ...env, CHANNELS: bar(env.CHANNELS), USERS: bar(env.USERS) };
}

/** Returns the bindings, in which the objects whose name `isBroken` takes cannot be reached. */
export const unreachable = (isBroken: (name: string) => boolean): Env => replaced(isBroken, broken);

/** Returns the bindings, in which the objects whose name `isSilent` takes never answer. */
export const silent = (isSilent: (name: string) => boolean): Env => replaced(isSilent, mute);
