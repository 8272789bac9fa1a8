// The guarded fetch: what it sends, what it reads, and when it gives up.
import { describe, expect, test, vi } from "vitest";
import { type Fetch, guardedFetch, OutboundRefusal } from "../../src/runtime/guarded-fetch";

const limits = { timeoutMs: 1_000, maxBytes: 64, loopback: [] };
const get = { method: "GET", headers: {} } as const;

/** A server that answers as the test says, and the addresses that it was asked for. */
function server(answer: () => Response | Promise<Response>) {
  const asked: string[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push(`${init.method} ${url} ${init.redirect}`);
    return await answer();
  };
  return { asked, fetch };
}

describe("a guarded fetch", () => {
  test("sends the request and returns status, headers and body", async () => {
    const { asked, fetch } = server(() => new Response("hello", { status: 201, headers: { "retry-after": "3" } }));
    const answer = await guardedFetch("https://Example.org:443/a?b", { ...get, method: "POST" }, { ...limits, fetch });
    expect([answer.status, answer.body, answer.headers.get("retry-after")]).toEqual([201, "hello", "3"]);
    expect(asked).toEqual(["POST https://example.org/a?b manual"]);
  });

  test.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "http://example.org/",
    "https://user@example.org/",
    "not an address",
  ])("refuses %s and sends nothing", async (address) => {
    const { asked, fetch } = server(() => new Response());
    const refused = guardedFetch(address, get, { ...limits, fetch });
    await expect(refused).rejects.toBeInstanceOf(OutboundRefusal);
    await expect(refused).rejects.not.toThrow(address);
    expect(asked).toEqual([]);
  });

  test.each([301, 302, 303, 307, 308])("does not follow a redirect with status %i", async (status) => {
    const { asked, fetch } = server(
      () => new Response(null, { status, headers: { location: "https://169.254.169.254/" } }),
    );
    const answer = await guardedFetch("https://example.org/", get, { ...limits, fetch });
    expect(answer.status).toBe(status);
    expect(asked).toEqual(["GET https://example.org/ manual"]);
  });

  test("reads no more than the limit, and cancels the rest of an endless body", async () => {
    let isCancelled = false;
    let pulled = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(50).fill(0x61));
        },
        cancel() {
          isCancelled = true;
        },
      });
    const { fetch } = server(() => new Response(endless()));
    const { body } = await guardedFetch("https://example.org/", get, { ...limits, fetch });
    expect(body).toBe("a".repeat(64));
    expect(isCancelled).toBe(true);
    expect(pulled).toBeLessThan(5);
  });

  test("gives up at its deadline, before the headers and within the body, and aborts the request", async () => {
    const silent = () => new Promise<Response>(() => {});
    const stalled = () => new Response(new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) }));
    for (const answer of [silent, stalled]) {
      const signals: (AbortSignal | null | undefined)[] = [];
      const fetch: Fetch = async (_url, init) => {
        signals.push(init.signal);
        return await answer();
      };
      const started = Date.now();
      await expect(guardedFetch("https://example.org/", get, { ...limits, timeoutMs: 40, fetch })).rejects.toThrow(
        "no answer within 40 ms",
      );
      expect(Date.now() - started).toBeLessThan(1_000);
      expect(signals[0]?.aborted).toBe(true);
    }
  });

  test("uses the platform's fetch by default", async () => {
    const platform = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("from the platform"));
    try {
      const { body } = await guardedFetch("https://example.org/", get, limits);
      expect(body).toBe("from the platform");
    } finally {
      platform.mockRestore();
    }
  });

  test("calls this machine only where the operator allows it", async () => {
    const { asked, fetch } = server(() => new Response());
    const loopback = ["http://127.0.0.1:9999"];
    await guardedFetch("http://127.0.0.1:9999/push", get, { ...limits, loopback, fetch });
    await expect(guardedFetch("http://127.0.0.1:9998/push", get, { ...limits, loopback, fetch })).rejects.toThrow();
    expect(asked).toEqual(["GET http://127.0.0.1:9999/push manual"]);
  });
});
