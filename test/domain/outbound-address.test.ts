// The guard of outbound requests: which addresses the server may call. The forms are those by which
// servers were made to call themselves or their neighbours.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outboundOrigin } from "../../src/domain/outbound-address";
import { runs } from "../support/runs";

const allowed = [
  ["https://example.org/", "https://example.org"],
  ["https://example.org/path?query=1&b=%2f", "https://example.org"],
  ["HTTPS://Example.ORG/", "https://example.org"],
  ["https://example.org:443/", "https://example.org"],
  ["https://a.b-c.example.co.uk/x", "https://a.b-c.example.co.uk"],
  ["https://xn--bcher-kva.example.net/", "https://xn--bcher-kva.example.net"],
  ["https://1.example.org/", "https://1.example.org"],
  ["https://127.0.0.1.example.org/", "https://127.0.0.1.example.org"],
  ["https://local.example.org/", "https://local.example.org"],
] as const;

/** Every way to write an address that is no public name over https. */
const refused: Record<string, readonly string[]> = {
  "IPv4 in dots": ["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255"],
  "IPv4 of private and reserved ranges": ["192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1"],
  "IPv4 of other ranges": ["224.0.0.1", "240.0.0.1", "255.255.255.255", "8.8.8.8", "1.1.1.1"],
  "IPv4 with fewer parts": ["127.1", "127.0.1", "10.1", "0", "1"],
  "IPv4 in decimal": ["2130706433", "3232235521", "2852039166", "0167772161"],
  "IPv4 in hexadecimal": ["0x7f000001", "0x7f.0x0.0x0.0x1", "0x7f.1", "0X7F.0.0.1", "0xA9FEA9FE"],
  "IPv4 in octal": ["0177.0.0.1", "017700000001", "0251.0376.0251.0376", "00000177.1"],
  "IPv4 in mixed radixes": ["0x7f.0.0.01", "127.0x0.0.1", "0xa9.254.0251.254"],
  "IPv4 with a dot after it": ["127.0.0.1.", "2130706433.", "0x7f.1."],
  "IPv4 in other digits": ["１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "١٢٧.0.0.1"],
  "IPv4 in escapes": ["%31%32%37.0.0.1", "127%2e0%2e0%2e1", "127.0.0.1%00.example.org"],
  "IPv4 beyond its range": ["256.256.256.256", "127.0.0.1.1", "4294967297"],
  IPv6: [
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[ff02::1]",
    "[2001:db8::1]",
  ],
  "IPv6 of public ranges": ["[2606:4700::1111]", "[2001:4860:4860::8888]"],
  "IPv6 with a zone": ["[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1%25lo]"],
  "IPv4-mapped and IPv4-compatible": ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[0::ffff:0a00:1]"],
  "NAT64, 6to4, Teredo": ["[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"],
  "IPv6 without brackets": ["::1", "2001:db8::1"],
  "names of this machine and this network": [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "localhost.localdomain",
  ],
  "names of private networks": ["printer.local", "metadata.google.internal", "router.lan", "nas.home", "x.home.arpa"],
  "other reserved names": ["mail.corp", "wiki.intranet", "db.private", "x.test", "abc.onion", "1.0.0.127.in-addr.arpa"],
  "names without a dot": ["com", "router", "intranet", "x"],
  "names with dots at the edges": [".example.org", "example..org", "example.org.", "example.org.."],
  "names that parsers fold": ["еxample.org", "example。org", "ⓔxample.org", "ex\u00adample.org", "exam%70le.org"],
  "names with other characters": ["exa_mple.org", "-example.org", "example-.org", "exa mple.org", "*.example.org"],
  "names with a number at the end": ["example.1", "example.0x7f", "a.b.123"],
  "names that are too long": [`${"a".repeat(64)}.org`, `${"a.".repeat(127)}org`],
  "users before the name": ["user@example.org", "user:secret@example.org", "example.org@127.0.0.1", "@example.org"],
  ports: ["example.org:80", "example.org:8443", "example.org:0", "example.org:", "example.org:22", "example.org:0443"],
  "a port before a user": ["example.org:443@127.0.0.1"],
};
const forms = Object.entries(refused).flatMap(([kind, hosts]) => hosts.map((host) => [kind, host] as const));

const refusedAddresses = [
  "http://example.org/",
  "ftp://example.org/",
  "ws://example.org/",
  "wss://example.org/",
  "file:///etc/passwd",
  "data:text/plain,x",
  "gopher://example.org/",
  "javascript:alert(1)",
  "//example.org/",
  "/v1/me",
  "example.org",
  "https:example.org/",
  "https:/example.org/",
  "https:///example.org/",
  "https:\\\\example.org\\",
  "https://example.org",
  "https://example.org?x",
  "https://example.org/#fragment",
  "https://example.org\\@127.0.0.1/",
  "https://127.0.0.1\\.example.org/",
  "https://example.org#@127.0.0.1/",
  "https://example.org?@127.0.0.1/",
  " https://example.org/",
  "https://example.org/ ",
  "https://exa\tmple.org/",
  "https://example.org/\r\nhost: 127.0.0.1",
  "ht\ntps://example.org/",
  "https://example.org/\u0000",
  "https://example.org/é",
  "",
];

describe("the server may call", () => {
  test.each(allowed)("%s", (address, origin) => {
    expect(outboundOrigin(address, [])).toBe(origin);
    expect(new URL(address).origin).toBe(origin);
  });
});

describe("the server may not call", () => {
  test("any of more than a hundred forms", () => {
    expect(forms.length).toBeGreaterThan(100);
    expect(new Set(forms.map(([, host]) => host)).size).toBe(forms.length);
  });

  test.each(forms)("%s: %s", (_kind, host) => {
    expect(outboundOrigin(`https://${host}/`, [])).toBeNull();
    expect(outboundOrigin(`http://${host}/`, [])).toBeNull();
  });

  test.each(refusedAddresses)("%j", (address) => {
    expect(outboundOrigin(address, [])).toBeNull();
  });

  const byte = fc.nat(255);
  const written = fc
    .tuple(byte, byte, byte, byte, fc.constantFrom(1, 2, 3, 4), fc.array(fc.constantFrom(8, 10, 16), { minLength: 4 }))
    .map(([a, b, c, d, count, radixes]) => {
      const whole = ((a * 256 + b) * 256 + c) * 256 + d;
      const tail = whole % 256 ** (5 - count);
      const parts = [...[a, b, c, d].slice(0, count - 1), tail];
      return parts.map((part, at) => inRadix(part, radixes[at] ?? 10)).join(".");
    });
  const inRadix = (value: number, radix: number): string =>
    radix === 10 ? String(value) : radix === 8 ? `0${value.toString(8)}` : `0x${value.toString(16)}`;

  test("an IPv4 address in any radix and with any number of parts", () => {
    fc.assert(
      fc.property(written, fc.constantFrom("", "."), (host, end) => {
        // The URL parser reads the form as an address, so it is one.
        expect(new URL(`https://${host}${end}/`).hostname).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        expect(outboundOrigin(`https://${host}${end}/`, [])).toBeNull();
      }),
      { numRuns: runs(300, 20_000) },
    );
  });

  test("any IPv6 address", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.constantFrom("", "%25eth0", "%1"), (address, zone) => {
        expect(outboundOrigin(`https://[${address}${zone}]/`, [])).toBeNull();
      }),
      { numRuns: runs(300, 20_000) },
    );
  });

  test("an address that the URL parser reads differently, whatever it is", () => {
    const piece = fc.constantFrom(
      "https://",
      "example.org",
      "127.0.0.1",
      "@",
      ":",
      "443",
      "/",
      "\\",
      "#",
      "?",
      "[::1]",
      ".",
      "%2e",
      "\t",
      "localhost",
      "x",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const address = pieces.join("");
        const origin = outboundOrigin(address, []);
        if (origin === null) return;
        const url = new URL(address);
        expect(url.origin).toBe(origin);
        expect(url.username + url.password + url.port + url.hash).toBe("");
        expect(url.hostname).not.toMatch(/^[\d.]+$|\[|(^|\.)localhost$|\.$/);
      }),
      { numRuns: runs(2_000, 200_000) },
    );
  });
});

describe("an origin on this machine", () => {
  const loopback = ["http://127.0.0.1:9999"];

  test("may be called only if the operator allows exactly it", () => {
    expect(outboundOrigin("http://127.0.0.1:9999/x", loopback)).toBe("http://127.0.0.1:9999");
    for (const address of [
      "http://127.0.0.1:9998/x",
      "http://127.0.0.1/x",
      "http://localhost:9999/x",
      "https://127.0.0.1:9999/x",
      "http://127.0.0.1:9999",
      "http://127.0.0.1:9999@example.org/",
      "http://2130706433:9999/x",
    ])
      expect(outboundOrigin(address, loopback), address).toBeNull();
  });

  test("cannot be another machine, whatever the operator allows", () => {
    for (const origin of ["http://10.0.0.1:80", "http://example.org:80", "http://169.254.169.254:80"])
      expect(outboundOrigin(`${origin}/`, [origin])).toBeNull();
  });
});
