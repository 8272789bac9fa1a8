// The key pair that identifies this server to push services (RFC 8292), as in the secret
// VAPID_KEYS.
import { ConfigurationError } from "../domain/error";

/**
 * base64url without padding: an uncompressed P-256 point of 65 bytes, and its scalar of 32 bytes.
 */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/**
 * Reads `<public>.<private>`. Throws a ConfigurationError that does not quote an invalid secret, also
 * if the deployment has no such secret.
 */
export function readVapidKeys(secret: string | undefined): VapidKeys {
  const [publicKey = "", privateKey = "", ...rest] = (secret ?? "").trim().split(".");
  if (rest.length > 0 || privateKey === "")
    throw invalidKeys("it must be the public and the private key, separated by a dot");
  // The first byte of an uncompressed point is 4.
  if (!/^B[A-P][\w-]{85}$/.test(publicKey))
    throw invalidKeys("the public key must be 65 bytes in base64url, the first of them 4");
  if (!/^[\w-]{43}$/.test(privateKey)) throw invalidKeys("the private key must be 32 bytes in base64url");
  return { publicKey, privateKey };
}

const invalidKeys = (why: string): ConfigurationError =>
  new ConfigurationError(`VAPID_KEYS: ${why}; \`npm run push-keys\` makes a pair`);

/**
 * Returns the `applicationServerKey` of browsers' subscriptions. Throws as `readVapidKeys` does.
 */
export const publicKeyOf = (secret: string | undefined): string => readVapidKeys(secret).publicKey;
