// Decides which addresses are those of push services. They come from clients. An address that is
// not of a known push service is refused, because a client could otherwise make the server send
// requests to any host. `outbound-address.ts` says which addresses are allowed at all.
import { ConfigurationError } from "./error";
import { isLoopbackOrigin, isPublicName, loopbackOriginOf, publicHostOf } from "./outbound-address";

/** Google, Mozilla, Microsoft and Apple. Unbranded builds of Chromium use `jmt17.google.com`. */
const KNOWN = [
  "fcm.googleapis.com",
  "jmt17.google.com",
  "*.push.services.mozilla.com",
  "*.notify.windows.com",
  "*.push.apple.com",
];

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
  const origins = entries.filter(isLoopbackOrigin);
  const names = entries.filter((entry) => !origins.includes(entry)).map((entry) => entry.toLowerCase());
  const invalid = names.find((name) => !isPublicName(name.replace(/^\*\./, "")));
  if (invalid !== undefined) {
    const example = "a loopback origin such as http://127.0.0.1:9999";
    throw new ConfigurationError(`PUSH_HOSTS: "${invalid}" is neither a public host name nor ${example}`);
  }
  return { names: [...KNOWN, ...names], origins };
}

const isNamed = (host: string, name: string): boolean =>
  name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;

/**
 * Returns the origin of `endpoint` in lower case if it is of a push service that the server may
 * send requests to; else null. `extra` and errors as in `readPushHosts`.
 */
export function allowedEndpoint(endpoint: string, extra: string): string | null {
  const hosts = readPushHosts(extra);
  const host = publicHostOf(endpoint);
  if (host !== null) return hosts.names.some((name) => isNamed(host, name)) ? `https://${host}` : null;
  return loopbackOriginOf(endpoint, hosts.origins);
}
