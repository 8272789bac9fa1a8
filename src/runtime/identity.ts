// Passes the identity of a socket from the gateway to an object, in a header, and asks a user
// object about a token. The gateway makes a new request, so that neither comes from outside.
import * as z from "zod";
import type { Caller } from "../domain/ports";
import { type GuildId, guildId, sessionId, time, userId } from "../protocol";

export const IDENTITY_HEADER = "x-parley-caller";
const SOCKET = "https://object/socket/";

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

/** Returns the arguments of the `fetch` of an object. `guild`: see `readGuild`. */
export const upgradeRequest = (caller: Opener, guild = ""): [url: string, init: RequestInit] => [
  SOCKET + guild,
  { headers: { upgrade: "websocket", [IDENTITY_HEADER]: JSON.stringify(caller) } },
];

/** Returns the guild whose socket a request opens: a guild object does not know its name. */
export const readGuild = ({ url }: Request): GuildId => guildId.parse(url.slice(SOCKET.length));

/** Throws if the request does not come from the gateway. */
export function readOpener(request: Request): Opener {
  const raw: unknown = JSON.parse(request.headers.get(IDENTITY_HEADER) ?? "null");
  return readPlainOpener(raw) ?? opener.parse(raw);
}

/** Reads what a gateway of this version writes, without the schema; null for anything else. */
function readPlainOpener(raw: unknown): Opener | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { user, session, issuedAt, device }: Partial<Record<keyof Opener, unknown>> = raw;
  if (typeof user !== "string" || typeof session !== "string") return null;
  if (typeof issuedAt !== "number" || (typeof device !== "string" && device !== null)) return null;
  return { user, session, issuedAt, device };
}

const TOKEN_QUESTION = "https://object/token/";
const ACCEPTED = 204;
const REFUSED = 403;

/**
 * Asks a user object whether it accepts access tokens that were issued at this time. Every socket
 * and every request with an access token asks it, so it is a request: an RPC takes twice the
 * processor time.
 */
export async function acceptsTokenOf(user: Fetcher, issuedAt: number): Promise<boolean> {
  const { status } = await user.fetch(TOKEN_QUESTION + issuedAt);
  if (status !== ACCEPTED && status !== REFUSED) throw new TypeError(`a user object answered ${status}`);
  return status === ACCEPTED;
}

/** Returns the time that a request asks about; null if it asks nothing. Epoch milliseconds. */
export function readTokenQuestion({ url }: Request): number | null {
  return url.startsWith(TOKEN_QUESTION) ? Number(url.slice(TOKEN_QUESTION.length)) : null;
}

export const answerTokenQuestion = (isAccepted: boolean): Response =>
  new Response(null, { status: isAccepted ? ACCEPTED : REFUSED });
