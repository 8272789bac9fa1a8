// The last boundary of an object and of the Worker. The platform logs every error that leaves a
// handler, with its message, and a caller in another object gets nothing but the message. So no
// other error than `rpcErrorOf` leaves.
import { DurableObject } from "cloudflare:workers";
import { ChatError, rpcErrorOf } from "../domain/error";
import { logError } from "./logger";

/** Runs `work`. Logs an error of this code, and throws what `rpcErrorOf` makes of any error. */
export async function sealed<T>(event: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sealedError(event, error);
  }
}

/**
 * Wraps every method of a class of objects, also those of its base classes, so that only sealed
 * errors leave it.
 */
export function sealMethods(prototype: object, event: string): void {
  const ends: object[] = [DurableObject.prototype, Object.prototype];
  for (let one = prototype; !ends.includes(one); one = Object.getPrototypeOf(one)) sealOwn(one, event);
}

function sealOwn(prototype: object, event: string): void {
  for (const [name, { value: method }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor" || typeof method !== "function") continue;
    const sealedMethod = function (this: unknown, ...values: unknown[]): unknown {
      try {
        const result: unknown = Reflect.apply(method, this, values);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw sealedError(`${event}.${name}`, error);
        });
      } catch (error) {
        throw sealedError(`${event}.${name}`, error);
      }
    };
    Object.defineProperty(prototype, name, { value: sealedMethod });
  }
}

function sealedError(event: string, error: unknown): Error {
  if (!(error instanceof ChatError)) logError(event, error);
  return rpcErrorOf(error);
}
