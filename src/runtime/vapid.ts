// The pair of keys by which push services know this server (RFC 8292), as the secret VAPID_KEYS holds it.

/** base64url without padding: an uncompressed P-256 point of 65 bytes, and its number of 32. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** Reads `<public>.<private>`. Throws TypeError, without quoting it, where it is something else. */
export function readVapidKeys(secret: string): VapidKeys {
  const [publicKey = "", privateKey = "", ...rest] = secret.trim().split(".");
  if (rest.length > 0 || privateKey === "") throw wrong("it must be the public and the private key with a dot between");
  // The first byte of an uncompressed point is 4.
  if (!/^B[A-P][\w-]{85}$/.test(publicKey))
    throw wrong("the public key must be 65 bytes of base64url that begin with 4");
  if (!/^[\w-]{43}$/.test(privateKey)) throw wrong("the private key must be 32 bytes of base64url");
  return { publicKey, privateKey };
}

const wrong = (why: string): TypeError => new TypeError(`VAPID_KEYS: ${why}; \`npm run push-keys\` makes a pair`);

/** What browsers subscribe with: `applicationServerKey`. Throws as `readVapidKeys`. */
export const publicKeyOf = (secret: string): string => readVapidKeys(secret).publicKey;
