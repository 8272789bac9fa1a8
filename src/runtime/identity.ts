// Passes the identity of a socket from the gateway to an object, in a header. The gateway makes a
// new request, so that the header never comes from outside.
import * as z from "zod";
import type { Caller } from "../domain/ports";
import { sessionId, time, userId } from "../protocol";

export const IDENTITY_HEADER = "x-parley-caller";

/**
 * The caller who opens a socket. `device` is the running client; null if it does not name itself.
 */
export interface Opener extends Caller {
  device: string | null;
}

const opener = z.object({
  user: userId,
  session: sessionId,
  issuedAt: time,
  device: z.string().nullable().default(null),
});

/** The part of the socket state that all objects share. */
export const openedSocket = opener.extend({ connectedAt: time });

export const upgradeRequest = (caller: Opener): Request =>
  new Request("https://object/socket", {
    headers: { upgrade: "websocket", [IDENTITY_HEADER]: JSON.stringify(caller) },
  });

/** Throws if the request does not come from the gateway. */
export const readOpener = (request: Request): Opener =>
  opener.parse(JSON.parse(request.headers.get(IDENTITY_HEADER) ?? "null"));
