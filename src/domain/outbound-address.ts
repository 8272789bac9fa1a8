// Decides which addresses the server may send requests to. Clients name some of them, so a wrong
// answer would let a client reach what only the server can reach. The rule is a pattern that is
// stricter than URL parsers: what does not match is refused. It admits only https, port 443 and
// public names. It admits no IP address, because every way to write one is no name: the last label
// of a name begins with a letter.

/** At least two labels of letters, digits and dashes. */
const HOST = "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])";
/** The most characters of a host name in DNS. */
const HOST_CHARACTERS = 253;
const hostName = new RegExp(`^${HOST}$`);
/**
 * Scheme and host in any case, then a path of visible ASCII. No user, no port but 443, no
 * backslash, no fragment, no dot after the name.
 */
const httpsAddress = new RegExp(`^https://(${HOST})(?::443)?/[!-"$-[\\]-~]*$`, "i");
const loopbackOrigin = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d{0,4}$/;
const loopbackAddress = /^(http:\/\/[a-z0-9.:[\]]+)\/[!-"$-[\]-~]*$/;

/**
 * Last labels of names that mean something else in each network, or nothing at all in DNS
 * (RFC 6761, 6762, 7686, 8375, and the names that ICANN delegates to nobody).
 */
const reserved: readonly string[] = [
  ...["localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"],
  ...["arpa", "test", "onion"],
];

/** Returns whether a text in lower case is a name that may stand for a public host. */
export const isPublicName = (name: string): boolean =>
  name.length <= HOST_CHARACTERS && hostName.test(name) && !reserved.includes(name.slice(name.lastIndexOf(".") + 1));

/** Returns whether a text is an origin on this machine, with http and a port. */
export const isLoopbackOrigin = (text: string): boolean => loopbackOrigin.test(text);

/** Returns the host of an https address in lower case, if it is a public name; else null. */
export function publicHostOf(address: string): string | null {
  const host = httpsAddress.exec(address)?.[1]?.toLowerCase();
  return host !== undefined && isPublicName(host) ? host : null;
}

/** Returns the origin of an address on this machine, if the operator allows it; else null. */
export function loopbackOriginOf(address: string, allowed: readonly string[]): string | null {
  const origin = loopbackAddress.exec(address)?.[1];
  return origin !== undefined && isLoopbackOrigin(origin) && allowed.includes(origin) ? origin : null;
}

/**
 * Returns the origin of an address in lower case, if the server may send requests to it; else null.
 * `loopback` are the origins on this machine that the operator allows, for tests.
 */
export function outboundOrigin(address: string, loopback: readonly string[]): string | null {
  const host = publicHostOf(address);
  return host === null ? loopbackOriginOf(address, loopback) : `https://${host}`;
}
