// Addresses that nobody should have typed. Each gets the page, which says what is wrong, or a
// problem of the API, and never a fault or an empty answer.
import { beforeAll, expect, test } from "vitest";
import type { Server } from "../simulation/kit/dev-server";
import { sharedServer } from "./server";

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});

const malformed = ["%E0%A4%A", "%", "%zz", "%c0%af", "%ED%A0%80", "%F0%9F%98", "%00", "%5c", "%25E0%25A4%25A"];
const get = (path: string) => fetch(server.url + path, { headers: { accept: "text/html,*/*" } });

test.each(["/c/", "/", "/c/c_1/", "/docs/", "/nowhere/"])("%s with a malformed end shows the page", async (begin) => {
  for (const end of malformed) {
    const answer = await get(begin + end);
    expect(answer.status, begin + end).toBe(200);
    expect(answer.headers.get("content-type"), begin + end).toContain("text/html");
    expect(await answer.text(), begin + end).toContain('<div id="root">');
  }
});

test.each(["/c/c_1?x=", "/?"])("%s with a malformed query shows the page", async (begin) => {
  for (const end of malformed) expect((await get(begin + end)).status, begin + end).toBe(200);
});

test.each(["/v1/", "/v1/channels/", "/v1/me/", "/v1/users?handle="])(
  "%s with a malformed end is refused",
  async (begin) => {
    for (const end of malformed) {
      const answer = await get(begin + end);
      expect(answer.status, begin + end).toBeGreaterThanOrEqual(400);
      expect(answer.status, begin + end).toBeLessThan(500);
      expect(await answer.json(), begin + end).toMatchObject({ temporary: false, requestId: expect.any(String) });
    }
  },
);

test("robots.txt keeps search engines out of a private chat", async () => {
  const answer = await get("/robots.txt");
  expect(answer.headers.get("content-type")).toContain("text/plain");
  expect(await answer.text()).toBe("User-agent: *\nDisallow: /\n");
});
