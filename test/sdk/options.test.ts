// What `createClient` refuses at once, and what it says.
import { afterEach, describe, expect, test, vi } from "vitest";
import { createClient } from "../../src/sdk";

afterEach(() => vi.unstubAllGlobals());

describe("the address of the server", () => {
  test.each([
    "",
    " ",
    "/",
    "/chat",
    "./",
    "chat.example",
    "localhost",
    "localhost:8787",
    "127.0.0.1:8787",
    "[::1]:8787",
    "//chat.example",
    "ws://chat.example",
    "wss://chat.example",
    "ftp://chat.example",
    "file:///chat",
    "javascript:alert(1)",
    "http://",
    "https://",
    "https://alice:secret@chat.example",
    "챗.example",
  ])("%j is refused with an example of a right one", (url) => {
    expect(() => createClient({ url })).toThrow(
      new TypeError(
        `createClient: \`url\` must be the whole origin of the server, such as "https://chat.example", and not ${JSON.stringify(url)}`,
      ),
    );
  });

  test.each([
    "http://localhost:8787",
    "https://chat.example",
    "https://chat.example/",
    "HTTPS://Chat.Example",
    "http://[::1]:8787",
  ])("%j is taken", (url) => {
    expect(() => createClient({ url })).not.toThrow();
  });

  test("is needed outside of pages", () => {
    expect(() => createClient()).toThrow("createClient needs `url` where there is no page");
  });
});

describe("a runtime that is too old", () => {
  const url = "https://chat.example";

  test("is refused by the name of what it lacks", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => createClient({ url })).toThrow(
      /^createClient needs Node 22 or later, .* this runtime has no WebSocket$/,
    );
  });

  test("is taken if the program brings what it lacks", () => {
    const { WebSocket } = globalThis;
    vi.stubGlobal("WebSocket", undefined);
    expect(() => createClient({ url, WebSocket })).not.toThrow();
  });
});
