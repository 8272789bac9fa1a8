// Numbers of the limits in texts: errors and close reasons take them from `limits`, and the README
// states the limits in force.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { budgets, limits, rates } from "../../src/protocol";
import { partsOf, stringsIn } from "../support/source";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("texts of errors and close reasons", () => {
  const folders = ["src/domain", "src/gateway", "src/runtime", "src/channel", "src/user"];
  const sources = [
    "src/protocol/errors.ts",
    "src/protocol/codec.ts",
    ...folders.flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => path.join(folder, file)),
    ),
  ];
  const opener = /\b(?:new \w*Error|[\w.#]*[cC]lose|refuse\w*|error)\(|\b(?:sentence|error|detail|reason): /g;

  /** Returns the strings of each call or property that makes an error or a close reason. */
  function textsIn(source: string): string[] {
    const { code } = partsOf(source);
    return [...code.matchAll(opener)].flatMap(({ index, 0: start }) => {
      const from = index + start.length;
      return stringsIn(source.slice(from, argumentEnd(code, from)));
    });
  }

  /**
   * Returns the end of the arguments of a call, or of the value of a property, that begins at
   * `from`.
   */
  function argumentEnd(code: string, from: number): number {
    let depth = 0;
    const isCall = code[from - 1] === "(";
    for (let at = from; at < code.length; at++) {
      const one = code[at] ?? "";
      if ("([{".includes(one)) depth++;
      else if (")]}".includes(one) && depth-- === 0) return at;
      else if (!isCall && depth === 0 && one === ",") return at;
    }
    return code.length;
  }

  test("the scan finds the texts", () => {
    const sample = `throw new ChatError("invalid", \`at most \${max}\`); socket.close(4201, "frames of 2 MiB");`;
    expect(textsIn(sample)).toEqual(["invalid", "at most ", "frames of 2 MiB"]);
    expect(textsIn(`x: { status: 413, sentence: "longer than 9 characters" }, "y"`)).toEqual([
      "longer than 9 characters",
    ]);
    expect(sources.flatMap((file) => textsIn(read(file))).length).toBeGreaterThan(80);
  });

  test("have no number of their own", () => {
    const strays = sources.flatMap((file) =>
      textsIn(read(file))
        .filter((text) => /\b\d/.test(text))
        .map((text) => `${file}: ${text}`),
    );
    expect(strays).toEqual([]);
  });
});

describe("the README", () => {
  const section = /\n## Limits\n([\s\S]*?)\n## /.exec(read("README.md"))?.[1] ?? "";
  /** The table of the section; the list after it states no limits. */
  const rows = section.trim().split("\n\n")[0] ?? "";
  const numberOf = (text: string): number => Number(text.replaceAll(",", ""));

  /** The beginning of each row with the numbers in it. `N` stands for a number. */
  const table: [row: string, numbers: number[]][] = [
    ["| message | N characters", [limits.messageCodePoints]],
    ["| frame from a client | N MiB", [limits.frameBytes / 1024 ** 2]],
    ["| page of history | N messages", [limits.pageMax]],
    ["| sends | N a second, N at once", [SECOND / rates.send.everyMs, rates.send.burst]],
    [
      "| sign-ins | N in N minutes per handle and address",
      [rates.signIn.burst, (rates.signIn.burst * rates.signIn.everyMs) / MINUTE],
    ],
    ["| wrong passwords of a handle | N, then N an hour", [rates.guess.burst, HOUR / rates.guess.everyMs]],
    [
      "| registrations | N an hour per address, N an hour per network",
      [HOUR / rates.register.everyMs, HOUR / rates.registerNetwork.everyMs],
    ],
    [
      "| requests | N a second per account, N a second per address",
      [SECOND / rates.request.everyMs, Math.round(SECOND / rates.address.everyMs)],
    ],
    ["| session | N days", [limits.sessionMs / DAY]],
    ["| sockets of one account in one object | N", [limits.socketsPerUser]],
    ["| group | N members", [limits.groupMembers]],
    ["| groups of an account | N", [limits.groupsPerAccount]],
    [
      "| server | N members, N roles, N channels; a channel that more than N may view",
      [limits.guildMembers, limits.guildRoles, limits.guildChannels, limits.fullChannelViewers],
    ],
    [
      "| unanswered requests | N to one person, N of one person to another",
      [limits.requestsPerUser, limits.requestsPerPair],
    ],
    [
      "| invites | N to a group or a person, N to a server; an end after at most N days",
      [limits.invitesPerTarget, limits.invitesPerGuild, limits.inviteMaxMs / DAY],
    ],
    ["| reactions | N different ones", [limits.reactionsPerMessage]],
    ["| pins | N a channel", [limits.pinsPerChannel]],
    [
      "| earlier texts of a message | the newest N and N MiB are kept",
      [limits.versionsPerMessage, limits.versionBytesPerMessage / 1024 ** 2],
    ],
    ["| drafts | N a person", [limits.drafts]],
    [
      "| text | N MiB a day per account, N MiB a day per channel |",
      [budgets.accountBytesPerDay / 1024 ** 2, budgets.channelBytesPerDay / 1024 ** 2],
    ],
    ["| storage of a channel | N GB", [budgets.channelStorageBytes / 1e9]],
    ["| file | N MiB; a picture N pixels", [limits.fileBytes / 1024 ** 2, limits.imagePixels]],
    [
      "| files of an account | N GiB a day, N GiB in all",
      [budgets.accountFileBytesPerDay / 1024 ** 3, budgets.accountFileBytes / 1024 ** 3],
    ],
    [
      "| files of a channel | N GiB a day, N GiB in all",
      [budgets.channelFileBytesPerDay / 1024 ** 3, budgets.channelFileBytes / 1024 ** 3],
    ],
    ["| uploads that are not complete | N an account", [limits.uploadsPerAccount]],
    ["| devices that get push | N a person", [limits.pushDevices]],
    [
      "| search | N characters, N terms; sorted by relevance, the newest N hits",
      [limits.searchCodePoints, limits.searchTerms, limits.searchRankedHits],
    ],
  ];
  const patternOf = (row: string) => new RegExp(row.replaceAll("|", "\\|").replace(/\bN\b/g, "(\\d[\\d,.]*\\b)"));

  test.each(table)("says: %s", (row, numbers) => {
    const [, ...stated] = patternOf(row).exec(rows) ?? [];
    expect(stated.map(numberOf)).toEqual(numbers);
  });

  test("states no number that the table does not check", () => {
    const unchecked = table.reduce((rest, [row]) => rest.replace(patternOf(row), ""), rows);
    expect(unchecked.match(/\d[\d,.]*/g) ?? []).toEqual([]);
  });
});

test("the bindings of wrangler.toml count at the rates of the protocol", () => {
  const pattern =
    /^\[\[ratelimits\]\]\nname = "(\w+)_RATE"\nnamespace_id = "(\d+)"\nsimple = \{ limit = (\d+), period = (\d+) \}$/gm;
  const found = [...read("wrangler.toml").matchAll(pattern)];
  const bindings = found.map(([, name = "", , limit, period]) => [
    name.toLowerCase(),
    { burst: Number(limit), everyMs: (Number(period) * SECOND) / Number(limit) },
  ]);
  const { address, request, lookup, search, preview, file, export: exports } = rates;
  expect(Object.fromEntries(bindings)).toEqual({ address, request, lookup, search, preview, file, export: exports });
  // Bindings with one namespace would share their counters.
  expect(new Set(found.map(([, , namespace]) => namespace)).size).toBe(found.length);
});
