/** The version of the wire. `test/protocol/fingerprint.test.ts` pins its shape. */
export const PROTOCOL_VERSION = 1;

/** The subprotocol of sockets. The access token is sent beside it as `token.<jwt>`. */
export const SUBPROTOCOL = "parley.v1";
export const TOKEN_SUBPROTOCOL_PREFIX = "token.";
/**
 * `device.<id>` identifies the running client of a socket, the same on all its sockets. It is
 * optional.
 */
export const DEVICE_SUBPROTOCOL_PREFIX = "device.";
export const devicePattern = /^[0-9a-z-]{1,64}$/;

/**
 * The header of the answer to a change of a guild that says how many of its channels do not show
 * the change yet. Absent for none.
 */
export const PENDING_HEADER = "parley-pending";
