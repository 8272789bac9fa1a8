// Which addresses the server may call to push. They come from clients: whatever is not a push service known by name is refused, or the server could be
// sent to call whom it likes. Read strictly, without the leniency of URL parsers: what does not look exactly like the address of a push service is none.

/** Google, Mozilla, Microsoft, Apple; `jmt17.google.com` is where Chromium builds without a brand subscribe. */
const KNOWN = [
  "fcm.googleapis.com",
  "jmt17.google.com",
  "*.push.services.mozilla.com",
  "*.notify.windows.com",
  "*.push.apple.com",
];

/** Labels of letters, digits and dashes, the last one beginning with a letter: at least two, and no number of any radix is a host. */
const HOST = "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])";
const hostEntry = new RegExp(`^(?:\\*\\.)?${HOST}$`);
const loopbackEntry = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d{0,4}$/;
/** Scheme and host in any case, then a path of visible ASCII: no user, no port but 443, no backslash, no fragment. */
const httpsEndpoint = new RegExp(`^https://(${HOST})(?::443)?/[!-"$-[\\]-~]*$`, "i");
const loopbackEndpoint = /^(http:\/\/[a-z0-9.:[\]]+)\/[!-"$-[\]-~]*$/;

interface PushHosts {
  /** Called by https, `*.` standing for at least one label. */
  names: readonly string[];
  /** Called by http: loopback, for tests. */
  origins: readonly string[];
}

/**
 * The known push services, and those the operator adds: host names (`push.example.org`, `*.example.org`), or for tests loopback origins with a port
 * (`http://127.0.0.1:9999`), separated by spaces. Throws TypeError with the entry that is neither.
 */
export function readPushHosts(extra: string): PushHosts {
  const entries = extra.split(/\s+/).filter(Boolean);
  const origins = entries.filter((entry) => loopbackEntry.test(entry));
  const names = entries.filter((entry) => !origins.includes(entry)).map((entry) => entry.toLowerCase());
  const wrong = names.find((name) => !hostEntry.test(name));
  if (wrong !== undefined) {
    const example = "a loopback origin such as http://127.0.0.1:9999";
    throw new TypeError(`PUSH_HOSTS: "${wrong}" is neither a host name nor ${example}`);
  }
  return { names: [...KNOWN, ...names], origins };
}

const isNamed = (host: string, name: string): boolean =>
  name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;

/** The origin of `endpoint`, in lower case, where it may be sent a notification; else null. Of `extra` see `readPushHosts`, which may throw. */
export function allowedEndpoint(endpoint: string, extra: string): string | null {
  const hosts = readPushHosts(extra);
  const host = httpsEndpoint.exec(endpoint)?.[1]?.toLowerCase();
  if (host !== undefined) return hosts.names.some((name) => isNamed(host, name)) ? `https://${host}` : null;
  const origin = loopbackEndpoint.exec(endpoint)?.[1];
  return origin !== undefined && hosts.origins.includes(origin) ? origin : null;
}
