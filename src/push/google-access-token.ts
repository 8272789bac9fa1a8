// The access token of a service account: an assertion of ours, signed, for a token of Google's that lasts an hour (RFC 7523).
import { importPKCS8, SignJWT } from "jose";
import type { Sent } from "./sender";
import type { ServiceAccount } from "./service-account";
import { detailOf, type Fetch, laterBy, post, sentBy } from "./service-request";

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** Before its end: a request that carries it is on its way for a while. */
const EARLY_MS = 60_000;

/** By account. Of the isolate, since a batch of the queue is soon over; only what is settled may be shared between them. */
const known = new Map<string, { token: string; until: number }>();

export interface GoogleTokens {
  /** The token, or why there is none. Those who ask at the same time wait for the same answer. */
  get(): Promise<string | Sent>;
  /** It was not accepted. */
  drop(token: string): void;
}

export function accessTokens(
  account: ServiceAccount,
  fetch: Fetch,
  timeoutMs: number,
  now: () => number,
): GoogleTokens {
  const name = `${account.email} ${account.keyId} ${account.tokenUri}`;
  let pending: Promise<string | Sent> | null = null;

  async function ask(): Promise<string | Sent> {
    try {
      const body = new URLSearchParams({ grant_type: GRANT, assertion: await assertionOf(account, now()) }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await post(fetch, account.tokenUri, { headers, body }, timeoutMs, now);
      const sent = sentBy(answer);
      if (sent.result === "later") return { ...sent, detail: `no access token: ${sent.detail}` };
      // The account is wrong: that says nothing of the device.
      if (sent.result !== "taken") return { result: "refused", detail: `no access token: ${sent.detail}` };
      const { token, lifeMs } = readToken(answer.body);
      known.set(name, { token, until: now() + lifeMs - EARLY_MS });
      return token;
    } catch (error) {
      return laterBy(error);
    }
  }

  return {
    async get() {
      const held = known.get(name);
      if (held && now() < held.until) return held.token;
      pending ??= ask().finally(() => {
        pending = null;
      });
      return pending;
    },
    drop(token) {
      if (known.get(name)?.token === token) known.delete(name);
    },
  };
}

async function assertionOf(account: ServiceAccount, now: number): Promise<string> {
  const at = Math.floor(now / 1_000);
  const key = await importPKCS8(account.privateKey, "RS256").catch((error: Error) => {
    throw new Error(detailOf(`the private key of the service account cannot be read: ${error.name}`));
  });
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(account.keyId && { kid: account.keyId }) })
    .setIssuer(account.email)
    .setAudience(account.tokenUri)
    .setIssuedAt(at)
    .setExpirationTime(at + 3_600)
    .sign(key);
}

/** Throws where it is not the answer of a token endpoint. */
function readToken(body: string): { token: string; lifeMs: number } {
  const { access_token: token, expires_in: seconds }: Record<string, unknown> = JSON.parse(body);
  if (typeof token !== "string" || typeof seconds !== "number") throw new Error("an answer without an access token");
  return { token, lifeMs: seconds * 1_000 };
}
