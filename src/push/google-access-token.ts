// Gets the access token of a service account. Google issues one for a signed assertion (RFC 7523);
// it is valid for an hour.
import { importPKCS8, SignJWT } from "jose";
import type { SendResult } from "./sender";
import type { ServiceAccount } from "./service-account";
import { detailOf, post, resultOf, resultOfError, type ServiceNetwork } from "./service-request";

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** A token is renewed this long before it expires, because a request takes a while to arrive. */
const RENEW_EARLY_MS = 60_000;

/**
 * The access tokens by account. The whole isolate shares them, because a batch of the queue is
 * short. Only settled values may be shared between batches. Bound: the one account of the
 * deployment.
 */
const cached = new Map<string, { token: string; until: number }>();

export class GoogleAccessTokens {
  #pending: Promise<string | SendResult> | null = null;

  constructor(
    private readonly account: ServiceAccount,
    private readonly network: ServiceNetwork,
  ) {}

  /** Returns the token, or why there is none. Concurrent callers share one request. */
  async get(): Promise<string | SendResult> {
    const valid = cached.get(this.#name);
    if (valid && this.network.now() < valid.until) return valid.token;
    this.#pending ??= this.#request().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** Discards a token that FCM refused. */
  drop(token: string): void {
    if (cached.get(this.#name)?.token === token) cached.delete(this.#name);
  }

  get #name(): string {
    const { email, keyId, tokenUri } = this.account;
    return `${email} ${keyId} ${tokenUri}`;
  }

  async #request(): Promise<string | SendResult> {
    const { account, network } = this;
    const { now } = network;
    try {
      const body = new URLSearchParams({ grant_type: GRANT, assertion: await assertionOf(account, now()) }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await post(network, account.tokenUri, { headers, body });
      const sent = resultOf(answer);
      if (sent.result === "retry") return { ...sent, detail: `no access token: ${sent.detail}` };
      // The account is wrong, which says nothing about the device.
      if (sent.result !== "accepted") return { result: "refused", detail: `no access token: ${sent.detail}` };
      const { token, lifeMs } = readToken(answer.body);
      cached.set(this.#name, { token, until: now() + lifeMs - RENEW_EARLY_MS });
      return token;
    } catch (error) {
      return resultOfError(error);
    }
  }
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

/** Throws if the body is not the answer of a token endpoint. */
function readToken(body: string): { token: string; lifeMs: number } {
  const { access_token: token, expires_in: seconds }: Record<string, unknown> = JSON.parse(body);
  if (typeof token !== "string" || typeof seconds !== "number") throw new Error("the answer has no access token");
  return { token, lifeMs: seconds * 1_000 };
}
