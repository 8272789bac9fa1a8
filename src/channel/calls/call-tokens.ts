// The tokens of peers. A device proves with its token that it is a certain peer of a call: after
// its socket was lost, and after the server was killed. The key is that of the log.
import { Buffer } from "node:buffer";
import * as z from "zod";
import { peerNumber, seq, time } from "../../protocol";
import { isEqualInConstantTime } from "../../runtime/signed-text";
import type { Log } from "../log/log";
import type { StoredPeer } from "../members/call-membership";

const claims = z.tuple([z.string(), seq, peerNumber, z.string(), z.string(), time]);

/** What a token says. */
export type TokenClaims = Pick<StoredPeer, "peer" | "user" | "session" | "joinedAt">;

type TokenLog = Pick<Log, "epoch" | "digest">;

const signatureOf = (log: TokenLog, payload: string): string => log.digest(`call token ${payload}`);

export function signCallToken(log: TokenLog, call: number, { peer, user, session, joinedAt }: TokenClaims): string {
  const payload = Buffer.from(JSON.stringify([log.epoch, call, peer, user, session, joinedAt])).toString("base64url");
  return `${payload}.${signatureOf(log, payload)}`;
}

/** Returns what a token of this call says; null for any other token. */
export function readCallToken(log: TokenLog, call: number, token: string): TokenClaims | null {
  const [payload = "", signature = ""] = token.split(".");
  if (!isEqualInConstantTime(Buffer.from(signature), Buffer.from(signatureOf(log, payload)))) return null;
  const [epoch, of, peer, user, session, joinedAt] = claims.parse(
    JSON.parse(Buffer.from(payload, "base64url").toString()),
  );
  return epoch === log.epoch && of === call ? { peer, user, session, joinedAt } : null;
}
