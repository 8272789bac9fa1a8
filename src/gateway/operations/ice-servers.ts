// The servers through which the peers of a call find a way to each other: relays of Cloudflare or
// of the operator's own coturn, with credentials that live for ten minutes, and STUN.
import { createHmac } from "node:crypto";
import * as z from "zod";
import { type IceAnswer, type IceServer, iceServer, limits } from "../../protocol";
import { type Fetch, guardedFetch } from "../../runtime/guarded-fetch";
import { logError } from "../../runtime/logger";

/**
 * The variables and secrets that configure relays. Empty or missing ones mean that there is none.
 */
export type IceVariables = Partial<
  Record<"STUN_URLS" | "TURN_KEY_ID" | "TURN_KEY_TOKEN" | "COTURN_URLS" | "COTURN_SECRET", string>
>;

const TURN_API = "https://rtc.live.cloudflare.com/v1/turn/keys";
const TIMEOUT_MS = 5_000;
const ANSWER_BYTES = 16 * 1024;

const cloudflareAnswer = z.object({
  iceServers: z.array(iceServer.extend({ urls: z.union([z.string(), z.array(z.string())]) })),
});

type Servers = Omit<IceAnswer, "policy">;

/** Returns the servers for a user. A relay that cannot be reached is left out and logged. */
export async function iceServersFor(
  variables: IceVariables,
  user: string,
  now: number,
  send?: Fetch,
): Promise<Servers> {
  const stun = wordsOf(variables.STUN_URLS);
  const own = coturnServer(variables, user, now);
  const cloudflare = own ? null : await cloudflareServers(variables, send);
  const relays = own ? [own] : (cloudflare ?? []);
  const iceServers = [...(stun.length > 0 ? [{ urls: stun }] : []), ...relays].flatMap(reachable);
  const relay = relays.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
  return { iceServers, expiresAt: relay ? now + limits.callIceMs : null, relay };
}

const wordsOf = (variable = ""): string[] => variable.split(/\s+/).filter(Boolean);

/** Browsers refuse port 53 or time out on it, and then try nothing else for a long time. */
function reachable({ urls, ...server }: IceServer): IceServer[] {
  const kept = urls.filter((url) => !/:53(\?|$)/.test(url));
  return kept.length > 0 ? [{ urls: kept, ...server }] : [];
}

/** The credentials of coturn's `use-auth-secret`: an expiry, and its HMAC-SHA1. */
function coturnServer({ COTURN_URLS, COTURN_SECRET = "" }: IceVariables, user: string, now: number): IceServer | null {
  const urls = wordsOf(COTURN_URLS);
  if (urls.length === 0 || COTURN_SECRET === "") return null;
  const username = `${Math.floor((now + limits.callIceMs) / 1_000)}:${user}`;
  return { urls, username, credential: createHmac("sha1", COTURN_SECRET).update(username).digest("base64") };
}

async function cloudflareServers(
  { TURN_KEY_ID = "", TURN_KEY_TOKEN = "" }: IceVariables,
  send: Fetch | undefined,
): Promise<IceServer[] | null> {
  if (TURN_KEY_ID === "" || TURN_KEY_TOKEN === "") return null;
  try {
    const address = `${TURN_API}/${encodeURIComponent(TURN_KEY_ID)}/credentials/generate-ice-servers`;
    const headers = { authorization: `Bearer ${TURN_KEY_TOKEN}`, "content-type": "application/json" };
    const body = JSON.stringify({ ttl: limits.callIceMs / 1_000 });
    const network = { timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES, loopback: [], fetch: send };
    const answer = await guardedFetch(address, { method: "POST", headers, body }, network);
    if (answer.status >= 300) throw new Error(`the relay answered ${answer.status}`);
    const { iceServers } = cloudflareAnswer.parse(JSON.parse(answer.body));
    return iceServers.map(({ urls, ...server }) => ({ ...server, urls: typeof urls === "string" ? [urls] : urls }));
  } catch (error) {
    logError("ice.relay-failed", error);
    return null;
  }
}
