// Files in quarantine: without the word of the scanner there is no ticket.
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { openDirect, type Person, register, request } from "../support/http";
import { beginUpload, complete, noise, sendPart, storedKeys, uploadPath } from "../support/uploads";

let alice: Person;
let channel: string;
beforeAll(async () => {
  alice = await register("alice");
  channel = await openDirect(alice, await register("bob"));
});

const variables = env as { SCAN_URL: string };
afterEach(() => {
  variables.SCAN_URL = "";
  vi.restoreAllMocks();
});

/** Lets a scanner answer, and returns what it was sent. */
function scanner(answer: () => Response): Uint8Array[] {
  variables.SCAN_URL = "https://scanner.example/check";
  const sent: Uint8Array[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    sent.push(new Uint8Array(await new Response(init?.body as ReadableStream).arrayBuffer()));
    return answer();
  });
  return sent;
}

async function uploaded(bytes: Uint8Array) {
  const upload = await beginUpload(alice, channel, bytes.length);
  await sendPart(alice, channel, upload, bytes, 1);
  const ask = () =>
    request(`${uploadPath(channel, upload)}/complete`, { method: "POST", token: alice.token, body: {} });
  return { upload, ask };
}

test("[S234] a file that is clean gets a ticket", async () => {
  const sent = scanner(() => Response.json({ verdict: "clean" }));
  const bytes = noise(700, 21);
  const { upload } = await uploaded(bytes);
  expect((await complete(alice, channel, upload)).ticket).not.toBe("");
  expect(sent).toEqual([bytes]);
});

test.each([
  ["is not ready", () => Response.json({ verdict: "pending" })],
  ["fails", () => new Response("no", { status: 500 })],
  ["answers nonsense", () => new Response("clean")],
  ["redirects", () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } })],
])("a file stays in quarantine while the scanner %s, and the client asks again", async (_, answer) => {
  scanner(answer);
  const { upload, ask } = await uploaded(noise(50));
  const refused = await ask();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual(
    await refused.json<{ code: string }>().then(({ code }) => [code === "temporary" ? 503 : 0, "5"]),
  );
  scanner(() => Response.json({ verdict: "clean" }));
  expect((await complete(alice, channel, upload)).size).toBe(50);
});

test("a file that is refused is deleted, and its bytes are given back", async () => {
  scanner(() => Response.json({ verdict: "refused" }));
  const before = await storedKeys(env.FILES);
  const { ask } = await uploaded(noise(60));
  expect(await (await ask()).json()).toMatchObject({ code: "file_refused" });
  expect(await storedKeys(env.FILES)).toEqual(before);
  expect((await ask()).status).toBe(404);
});
