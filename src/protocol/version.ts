/** The version of the wire. `test/protocol/fingerprint.test.ts` pins the shape that belongs to it. */
export const PROTOCOL_VERSION = 1;

/** The subprotocol a socket is opened with; the access token travels beside it as `token.<jwt>`. */
export const SUBPROTOCOL = "parley.v1";
export const TOKEN_SUBPROTOCOL_PREFIX = "token.";
/** Which running client a socket belongs to: `device.<id>`, the same for all of its sockets and for no other's. May be left out. */
export const DEVICE_SUBPROTOCOL_PREFIX = "device.";
export const devicePattern = /^[0-9a-z-]{1,64}$/;
