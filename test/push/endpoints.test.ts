// The server sends requests to the endpoints of push services, and to no others.
import { describe, expect, test } from "vitest";
import { makePushKeys } from "../../scripts/secrets";
import { allowedEndpoint, readPushHosts } from "../../src/domain/push-hosts";
import { callableUrl, webPush } from "../../src/push/web-push";
import { readVapidKeys } from "../../src/runtime/vapid-keys";
import { newBrowser, subscriptionOf } from "./browser";
import { delivery, NOW, service, shown } from "./samples";

const LOOPBACK = "http://127.0.0.1:9999";
const keys = readVapidKeys(makePushKeys());

async function sendTo(endpoint: string, hosts: string) {
  const { requests, fetch } = service(() => new Response(null, { status: 201 }));
  const sender = webPush({ keys, contact: "", hosts, fetch, timeoutMs: 1_000, now: () => NOW });
  const sent = await sender.send(subscriptionOf(await newBrowser(), endpoint), shown(), delivery);
  return { sent, requests: requests.map((one) => one.url) };
}

const services = [
  "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91bH_x-y",
  "https://fcm.googleapis.com/wp/dQw4w9WgXcQ:APA91bH",
  "https://jmt17.google.com/fcm/send/dQw4w9WgXcQ",
  "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABlX-_=",
  "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2fx%3d%3d",
  "https://web.push.apple.com/QGuQyavXutnMH0z",
  "https://api.push.apple.com/3/device/1",
  "HTTPS://FCM.GoogleAPIs.com/wp/x",
  "https://fcm.googleapis.com:443/wp/x",
];

const hostile = [
  // Not a push service.
  "https://example.org/",
  "https://googleapis.com/wp/x",
  "https://storage.googleapis.com/wp/x",
  "https://push.apple.com/x",
  "https://notify.windows.com/x",
  // Names that look like a push service.
  "https://fcm.googleapis.com.evil.example/wp/x",
  "https://evilfcm.googleapis.com/wp/x",
  "https://x.fcm.googleapis.com/wp/x",
  "https://evil-push.apple.com.example/x",
  "https://evilpush.apple.com/x",
  "https://evil.example/.push.apple.com",
  "https://evil.example/?https://fcm.googleapis.com/",
  "https://.push.apple.com/x",
  "https://a..push.apple.com/x",
  "https://-a.push.apple.com/x",
  "https://a_b.push.apple.com/x",
  "https://*.push.apple.com/x",
  // Dots, letters and escapes that parsers normalise.
  "https://fcm.googleapis.com./wp/x",
  "https://fcm.googleapis.com../wp/x",
  "https://fcm。googleapis。com/wp/x",
  "https://fcm.googleapis.com。/wp/x",
  "https://ｆcm.googleapis.com/wp/x",
  "https://fcm.googleapis.cоm/wp/x",
  "https://fcm.google\u00adapis.com/wp/x",
  "https://ﬁ.push.apple.com/x",
  "https://ſ.push.apple.com/x",
  "https://\u212a.push.apple.com/x",
  "https://fcm%2egoogleapis.com/wp/x",
  "https://%66cm.googleapis.com/wp/x",
  "https://evil.example%2f.push.apple.com/x",
  "https://evil.example%00.push.apple.com/x",
  // Users, ports, fragments, backslashes, white space.
  "https://user@fcm.googleapis.com/wp/x",
  "https://user:secret@fcm.googleapis.com/wp/x",
  "https://fcm.googleapis.com@evil.example/",
  "https://fcm.googleapis.com:443@evil.example/",
  "https://fcm.googleapis.com:80/wp/x",
  "https://fcm.googleapis.com:8443/wp/x",
  "https://fcm.googleapis.com:0443/wp/x",
  "https://fcm.googleapis.com:/wp/x",
  "https://fcm.googleapis.com/wp/x#y",
  "https://fcm.googleapis.com#@evil.example/",
  "https://fcm.googleapis.com",
  "https://fcm.googleapis.com?x",
  "https://evil.example\\.push.apple.com/x",
  "https://evil.example\\@fcm.googleapis.com/",
  "https:\\\\fcm.googleapis.com/wp/x",
  "https:/fcm.googleapis.com/wp/x",
  "https:fcm.googleapis.com/wp/x",
  "https:///fcm.googleapis.com/wp/x",
  "//fcm.googleapis.com/wp/x",
  " https://fcm.googleapis.com/wp/x",
  "https://fcm.googleapis.com/wp/x ",
  "https://fcm.googleapis.com/wp/x\n",
  "https://fcm.googleapis.com/w\tp/x",
  "https://fcm.goo\ngleapis.com/wp/x",
  "https://evil.example\n.push.apple.com/x",
  // Other schemes.
  "http://fcm.googleapis.com/wp/x",
  "ws://fcm.googleapis.com/wp/x",
  "ftp://fcm.googleapis.com/wp/x",
  "file:///etc/passwd",
  "data:text/plain,x",
  "blob:https://fcm.googleapis.com/x",
  "javascript:fetch('https://fcm.googleapis.com/')",
  "",
  // Addresses of any radix, and names without a dot.
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://0/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[fe80::1%25eth0]/",
  "https://169.254.169.254/latest/meta-data/",
  "http://169.254.169.254/latest/meta-data/",
  "https://10.0.0.1/",
  "https://192.168.1.1/",
  "https://metadata.google.internal/",
  "https://localhost/",
  "https://com/",
  "https://router/",
  // Loopback, which only tests may use.
  "http://127.0.0.1:9999/push/1",
  "http://localhost:9999/push/1",
  "http://[::1]:9999/push/1",
];

describe("by default", () => {
  test.each(services)("%s is called", async (endpoint) => {
    const { sent, requests } = await sendTo(endpoint, "");
    expect(sent).toEqual({ result: "accepted" });
    expect(requests).toEqual([new URL(endpoint).href]);
  });

  test.each(hostile)("%j is refused before anything is called", async (endpoint) => {
    expect(allowedEndpoint(endpoint, "")).toBeNull();
    expect(callableUrl(endpoint, "")).toBeNull();
    const { sent, requests } = await sendTo(endpoint, "");
    expect(sent.result).toBe("refused");
    expect(requests).toEqual([]);
  });
});

describe("PUSH_HOSTS", () => {
  test("allows exactly the loopback origin it names", async () => {
    const endpoint = `${LOOPBACK}/push/1`;
    expect(await sendTo(endpoint, "")).toMatchObject({ sent: { result: "refused" }, requests: [] });
    expect(await sendTo(endpoint, LOOPBACK)).toEqual({ sent: { result: "accepted" }, requests: [endpoint] });
    for (const other of [
      "http://127.0.0.1:9998/push/1",
      "http://127.0.0.1:99999/push/1",
      "http://127.0.0.1/push/1",
      "http://localhost:9999/push/1",
      "http://127.0.0.2:9999/push/1",
      "https://127.0.0.1:9999/push/1",
      "http://127.0.0.1:9999",
      "http://127.0.0.1:9999@evil.example/",
      "http://user@127.0.0.1:9999/push/1",
      "http://2130706433:9999/push/1",
      "http://127.0.0.1:9999/push/1#x",
    ]) {
      expect(callableUrl(other, LOOPBACK), other).toBeNull();
    }
  });

  test("allows each loopback origin that it names, and the known services", () => {
    const hosts = "http://localhost:1234  http://[::1]:1234";
    expect(allowedEndpoint("http://localhost:1234/x", hosts)).toBe("http://localhost:1234");
    expect(callableUrl("http://[::1]:1234/x", hosts)?.href).toBe("http://[::1]:1234/x");
    expect(allowedEndpoint(services[0] ?? "", hosts)).toBe("https://fcm.googleapis.com");
  });

  test("allows hosts and their subdomains by https only", () => {
    const hosts = "Push.Example.org *.ntfy.example";
    expect(allowedEndpoint("https://push.example.org/x", hosts)).toBe("https://push.example.org");
    expect(allowedEndpoint("https://a.b.ntfy.example/x", hosts)).toBe("https://a.b.ntfy.example");
    for (const other of [
      "http://push.example.org/x",
      "https://a.push.example.org/x",
      "https://ntfy.example/x",
      "https://evilntfy.example/x",
      "https://push.example.org:8443/x",
    ]) {
      expect(allowedEndpoint(other, hosts), other).toBeNull();
    }
  });

  test.each([
    "https://push.example.org",
    "http://push.example.org",
    "http://127.0.0.1",
    "http://127.0.0.1:9999/",
    "http://127.0.0.2:9999",
    "http://0.0.0.0:9999",
    "http://[::]:9999",
    "https://localhost:9999",
    "push.example.org:8443",
    "push.example.org/path",
    "localhost",
    "127.0.0.1",
    "0x7f.1",
    "[::1]",
    "*",
    "*.org",
    "push.*.org",
    "푸시.example.org",
  ])("is refused with the entry where it says %s", (entry) => {
    expect(() => readPushHosts(`push.example.org ${entry}`)).toThrow(TypeError);
    expect(() => readPushHosts(entry)).toThrow(entry);
    expect(() =>
      webPush({
        keys,
        contact: "",
        hosts: entry,
        fetch: service(() => new Response()).fetch,
        timeoutMs: 1,
        now: () => 0,
      }),
    ).toThrow(TypeError);
  });
});
