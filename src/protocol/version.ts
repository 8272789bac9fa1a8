/** The version of the wire. `test/protocol/fingerprint.test.ts` pins the shape that belongs to it. */
export const PROTOCOL_VERSION = 1;

/** The subprotocol a socket is opened with; the access token travels beside it as `token.<jwt>`. */
export const SUBPROTOCOL = "parley.v1";
export const TOKEN_SUBPROTOCOL_PREFIX = "token.";
