// How the gateway tells an object who opens a socket. The header never comes from outside: the gateway makes the request anew.
import * as z from "zod";
import type { Caller } from "../domain/ports";
import { sessionId, userId } from "../protocol";

export const IDENTITY_HEADER = "x-parley-caller";

export const callerSchema: z.ZodType<Caller> = z.object({ user: userId, session: sessionId, issuedAt: z.int() });

export const upgradeRequest = (caller: Caller): Request =>
  new Request("https://object/socket", {
    headers: { upgrade: "websocket", [IDENTITY_HEADER]: JSON.stringify(caller) },
  });

/** Throws on a request that is not the gateway's. */
export const readCaller = (request: Request): Caller =>
  callerSchema.parse(JSON.parse(request.headers.get(IDENTITY_HEADER) ?? "null"));
