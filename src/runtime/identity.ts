// How the gateway tells an object who opens a socket. The header never comes from outside: the gateway makes the request anew.
import * as z from "zod";
import type { Caller } from "../domain/ports";
import { sessionId, time, userId } from "../protocol";

export const IDENTITY_HEADER = "x-parley-caller";

/** Who opens a socket, and the running client it belongs to, where that is told. */
export interface Opener extends Caller {
  device: string | null;
}

const opener = z.object({
  user: userId,
  session: sessionId,
  issuedAt: time,
  device: z.string().nullable().default(null),
});

/** What every socket carries through hibernation: who opened it, and when. */
export const openedSocket = opener.extend({ connectedAt: time });

export const upgradeRequest = (by: Opener): Request =>
  new Request("https://object/socket", {
    headers: { upgrade: "websocket", [IDENTITY_HEADER]: JSON.stringify(by) },
  });

/** Throws on a request that is not the gateway's. */
export const readOpener = (request: Request): Opener =>
  opener.parse(JSON.parse(request.headers.get(IDENTITY_HEADER) ?? "null"));
