// The headers of the page, which Cloudflare reads from a file.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const headers = readFileSync(path.join(import.meta.dirname, "../../src/web/public/_headers"), "utf8");
const headerOf = (name: string): string | undefined => new RegExp(`^ {2}${name}: (.*)$`, "m").exec(headers)?.[1];

test("camera, microphone and screen are for the page's own origin only", () => {
  const policy = headerOf("Permissions-Policy")?.split(", ");
  expect(policy).toEqual(
    expect.arrayContaining(["camera=(self)", "microphone=(self)", "display-capture=(self)", "geolocation=()"]),
  );
});

test("no other page can hold this one in a frame, and no other origin is asked", () => {
  expect(headerOf("Content-Security-Policy")).toMatch(/connect-src 'self';.*frame-ancestors 'none'/);
});
