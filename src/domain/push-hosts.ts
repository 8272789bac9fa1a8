// Decides to which addresses the server may send pushes. The addresses come from clients. An
// address that is not of a known push service is refused, because a client could otherwise make the
// server send requests to any host. The patterns are stricter than URL parsers: an address that
// does not match is refused.
import { ConfigurationError } from "./error";

/** Google, Mozilla, Microsoft and Apple. Unbranded builds of Chromium use `jmt17.google.com`. */
const KNOWN = [
  "fcm.googleapis.com",
  "jmt17.google.com",
  "*.push.services.mozilla.com",
  "*.notify.windows.com",
  "*.push.apple.com",
];

/**
 * At least two labels of letters, digits and dashes. The last begins with a letter, so no IP
 * address matches.
 */
const HOST = "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])";
const hostEntry = new RegExp(`^(?:\\*\\.)?${HOST}$`);
const loopbackEntry = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d{0,4}$/;
/**
 * Scheme and host in any case, then a path of visible ASCII. No user, no port but 443, no
 * backslash, no fragment.
 */
const httpsEndpoint = new RegExp(`^https://(${HOST})(?::443)?/[!-"$-[\\]-~]*$`, "i");
const loopbackEndpoint = /^(http:\/\/[a-z0-9.:[\]]+)\/[!-"$-[\]-~]*$/;

interface PushHosts {
  /** Host names that are used with https. `*.` stands for at least one label. */
  names: readonly string[];
  /** Loopback origins that are used with http, for tests. */
  origins: readonly string[];
}

/**
 * Returns the known push services and those of `extra`, the operator's variable. Its entries are
 * separated by spaces: host names (`push.example.org`, `*.example.org`), or for tests loopback
 * origins with a port (`http://127.0.0.1:9999`). Throws a TypeError with the first entry that is
 * neither.
 */
export function readPushHosts(extra: string): PushHosts {
  const entries = extra.split(/\s+/).filter(Boolean);
  const origins = entries.filter((entry) => loopbackEntry.test(entry));
  const names = entries.filter((entry) => !origins.includes(entry)).map((entry) => entry.toLowerCase());
  const invalid = names.find((name) => !hostEntry.test(name));
  if (invalid !== undefined) {
    const example = "a loopback origin such as http://127.0.0.1:9999";
    throw new ConfigurationError(`PUSH_HOSTS: "${invalid}" is neither a host name nor ${example}`);
  }
  return { names: [...KNOWN, ...names], origins };
}

const isNamed = (host: string, name: string): boolean =>
  name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;

/**
 * Returns the origin of `endpoint` in lower case if the server may send requests to it; else null.
 * `extra` and errors as in `readPushHosts`.
 */
export function allowedEndpoint(endpoint: string, extra: string): string | null {
  const hosts = readPushHosts(extra);
  const host = httpsEndpoint.exec(endpoint)?.[1]?.toLowerCase();
  if (host !== undefined) return hosts.names.some((name) => isNamed(host, name)) ? `https://${host}` : null;
  const origin = loopbackEndpoint.exec(endpoint)?.[1];
  return origin !== undefined && hosts.origins.includes(origin) ? origin : null;
}
