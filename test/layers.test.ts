// The architecture of the source: which folder may import which, and the rules of names and texts.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { partsOf } from "./support/source";

const root = path.join(import.meta.dirname, "../src");
const plan: Record<string, { folders: string[]; packages: RegExp }> = {
  protocol: { folders: [], packages: /^zod$/ },
  domain: { folders: ["protocol"], packages: /^$/ },
  text: { folders: ["protocol"], packages: /^$/ },
  runtime: { folders: ["protocol", "domain"], packages: /^(zod|cloudflare:workers|node:(crypto|buffer))$/ },
  directory: { folders: ["protocol", "domain"], packages: /^(zod|drizzle-(orm|kit)(\/.+)?|node:(crypto|zlib))$/ },
  media: { folders: ["protocol"], packages: /^$/ },
  channel: { folders: ["protocol", "domain", "runtime"], packages: /^(zod|cloudflare:workers|node:(crypto|buffer))$/ },
  user: { folders: ["protocol", "domain", "runtime"], packages: /^(zod|cloudflare:workers)$/ },
  guild: { folders: ["protocol", "domain", "runtime"], packages: /^(zod|cloudflare:workers|node:crypto)$/ },
  push: { folders: ["protocol", "domain", "runtime", "text"], packages: /^(@block65\/webcrypto-web-push|jose)$/ },
  gateway: {
    folders: ["protocol", "domain", "runtime", "directory", "media"],
    packages: /^(hono(\/.+)?|@hono\/zod-openapi|zod|jose|node:(crypto|buffer))$/,
  },
  sdk: { folders: ["protocol"], packages: /^(uuidv7|vite|node:url)$/ },
  web: { folders: ["text", "sdk", "protocol"], packages: /^[^.]/ },
};

/**
 * The second level of a folder, from top to bottom: a group imports only groups after it. Files in
 * no group are the base of the folder: every group may import them, and they import no group.
 */
const secondLevel: Record<string, string[][]> = {
  channel: [
    ["object.ts", "service-requests.ts", "channel-loader.ts"],
    ["operations"],
    ["channel.ts"],
    ["notifications"],
    ["inbox"],
    ["calls"],
    ["live"],
    ["archive"],
    ["log"],
    ["members"],
  ],
  gateway: [["app.ts"], ["routes", "docs.ts", "openapi.ts", "scheduled.ts"], ["operations"], ["auth"], ["http"]],
  sdk: [
    ["index.ts"],
    ["client.ts", "options.ts", "page-events.ts"],
    ["account"],
    ["guild"],
    ["calls"],
    ["inbox"],
    ["channel"],
    ["outbox"],
    ["transport"],
  ],
};

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"|import\("([^"]+)"\)/g;

const everyFile = readdirSync(root, { recursive: true, encoding: "utf8" });
const files = everyFile.filter((file) => /\.tsx?$/.test(file));
/** `env.d.ts` is generated. */
const written = everyFile.filter((file) => /\.(tsx?|css)$/.test(file) && file !== "env.d.ts");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const parts = new Map(written.map((file) => [file, partsOf(read(file), file.endsWith(".css"))]));

/** The other written files, from the root of the project. Fixtures are never made again. */
const surroundings = [
  "vitest.config.ts",
  ...["scripts", "test"].flatMap((folder) =>
    readdirSync(path.join(root, "..", folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith("fixtures/"))
      .map((file) => `${folder}/${file}`),
  ),
];
const readOutside = (file: string): string => readFileSync(path.join(root, "..", file), "utf8");

function importsOf(file: string): string[] {
  return [...read(file).matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const folderOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : "");

test.each(Object.entries(plan))("%s imports only what the plan allows", (folder, allowed) => {
  const own = files.filter((file) => folderOf(file) === folder);
  expect(own.length).toBeGreaterThan(0);
  const strays = own.flatMap((file) =>
    importsOf(file)
      .filter((target) => {
        if (!target.startsWith(".")) return !allowed.packages.test(target);
        const [reached = ""] = path.relative(root, path.resolve(root, path.dirname(file), target)).split("/");
        return reached !== folder && !allowed.folders.includes(reached);
      })
      .map((target) => `${file} -> ${target}`),
  );
  expect(strays).toEqual([]);
});

test.each(Object.entries(secondLevel))("the second level of src/%s holds", (folder, groups) => {
  const own = files.filter((file) => folderOf(file) === folder);
  const nameOf = (file: string): string => file.split("/")[1] ?? "";
  const isFolder = (name: string): boolean => !/\.tsx?$/.test(name);
  const base = groups.length;
  const rankOf = (name: string): number => {
    const rank = groups.findIndex((group) => group.includes(name));
    return rank === -1 ? base : rank;
  };
  const names = new Set(own.map(nameOf));
  expect(groups.flat().filter((name) => !names.has(name))).toEqual([]);
  expect([...names].filter((name) => isFolder(name) && rankOf(name) === base)).toEqual([]);
  const strays = own.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith("."))
      .map((target) => resolve(path.join(path.dirname(file), target)))
      .filter((target) => folderOf(target) === folder && rankOf(nameOf(target)) < rankOf(nameOf(file)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(strays).toEqual([]);
});

test("every folder of src is in the plan", () => {
  expect([...new Set(files.map(folderOf))].filter(Boolean).sort()).toEqual(Object.keys(plan).sort());
});

test("the domain uses no clock and no randomness", () => {
  const impure = files
    .filter((file) => folderOf(file) === "domain")
    .filter((file) => /\bDate\b|Math\.random|\bcrypto\b|performance\./.test(read(file)));
  expect(impure).toEqual([]);
});

test("there are no circular imports", () => {
  const graph = new Map(
    files.map((file) => {
      const targets = importsOf(file).filter((target) => target.startsWith("."));
      return [file, targets.map((target) => resolve(path.join(path.dirname(file), target)))];
    }),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(" -> "));
    if (done.has(file) || trail.includes(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

function resolve(target: string): string {
  const tries = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`];
  return tries.find((name) => files.includes(name)) ?? target;
}

describe("names", () => {
  test("every exported type, interface, class and enum has a name of its own", () => {
    const declared = files.flatMap((file) =>
      [...read(file).matchAll(/^export (?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)/gm)].map(
        ([, name = ""]) => ({ name, file }),
      ),
    );
    const twice = declared
      .filter(({ name }) => declared.filter((other) => other.name === name).length > 1)
      .map(({ name, file }) => `${name} in ${file}`);
    expect(twice.sort()).toEqual([]);
  });

  const serverFolders = [
    "protocol",
    "domain",
    "runtime",
    "directory",
    "channel",
    "user",
    "push",
    "gateway",
    "guild",
    "media",
  ];
  /** File names that end in "ing" and are nouns. The glossary has both. */
  const nouns = ["setting", "tuning", "wire-mapping"];

  test("files of the server are named by nouns, not by gerunds", () => {
    const gerunds = files
      .filter((file) => serverFolders.includes(folderOf(file)))
      .filter((file) => /ing\.ts$/.test(file) && !nouns.includes(path.basename(file, ".ts")));
    expect(gerunds).toEqual([]);
  });

  /** Earlier words for things that the glossary names. A `relay` is now that of a call (TURN). */
  const outdated = new Set(
    [
      "Standing Told Debt Debts Owed Settlement Onlooker Onlookers Company Neighbours Asker Reception Relay",
      "Lines Summaries Summary Attention Aspect Aspects Wishes Silence Named Polled PresenceNote",
      "WaitingRoom Attached Uncursored Composed Moment Kept",
      "standing debt debts owed settlement onlooker onlookers company neighbours asker reception",
      "attention aspects wishes presenceNote waitingRoom attached isLevel isQuiet isMereDrop isDrowning",
      "isTimely untold taint answerOf keepsUp inTime holdsOut mayCallAll logFault veil",
    ].flatMap((words) => words.split(" ")),
  );

  test("no identifier uses an outdated word", () => {
    const strays = [...parts].flatMap(([file, { code }]) =>
      file.endsWith(".css")
        ? []
        : [...new Set(code.match(/[A-Za-z_]\w*/g))]
            .filter((name) => outdated.has(name) || /^veil[A-Z]/.test(name))
            .map((name) => `${name} in ${file}`),
    );
    expect(strays).toEqual([]);
  });
});

describe("comments", () => {
  const comments = [...parts].flatMap(([file, { comments: own }]) => own.map((comment) => ({ file, ...comment })));

  test("have at most 100 columns", () => {
    const wide = comments.filter(({ columns }) => columns > 100);
    expect(wide.map(({ file, line, columns }) => `${file}:${line} has ${columns}`)).toEqual([]);
  });

  test("have at most 100 columns in tests, scripts and configurations too", () => {
    const ofCode = surroundings.flatMap((file) =>
      partsOf(readOutside(file))
        .comments.filter(({ columns }) => columns > 100)
        .map(({ line }) => `${file}:${line}`),
    );
    const ofConfiguration = [".ci/run", "wrangler.toml", "test/bench/limit/wrangler.toml"].flatMap((file) =>
      readOutside(file)
        .split("\n")
        .flatMap((line, at) => (/^\s*#/.test(line) && line.length > 100 ? [`${file}:${at + 1}`] : [])),
    );
    expect(surroundings.length).toBeGreaterThan(400);
    expect([...ofCode, ...ofConfiguration]).toEqual([]);
  });

  /** Phrases that readers had to read twice. */
  const phrases =
    /\b(whoever|whomever|of theirs|somebody's|nobody's|as good as gone|(is|are) told|hears? of|wants? to hear|without a word|with a word|another life|(is|are) no more)\b/i;

  test("are in plain English", () => {
    const riddles = comments.flatMap(({ file, line, text }) => {
      const found = phrases.exec(text.replace(/\s*\n\s*(\*|\/\/) ?/g, " "));
      return found ? [`${file}:${line} says "${found[0]}"`] : [];
    });
    expect(riddles).toEqual([]);
  });
});

describe("sizes", () => {
  const linesOf = (file: string): number => read(file).split("\n").length - 1;

  test("no file has more than 300 lines", () => {
    const long = surroundings.filter((file) => readOutside(file).split("\n").length - 1 > 300);
    expect([...written.filter((file) => linesOf(file) > 300), ...long]).toEqual([]);
  });

  test("the class of an object has at most 160 lines", () => {
    expect(files.filter((file) => /^\w+\/object\.ts$/.test(file) && linesOf(file) > 160)).toEqual([]);
  });

  /** Short files, each with the idea that other files name. */
  const short: Record<string, string> = {
    "gateway/operations/member-channel.ts": "a channel as its member sees it",
    "sdk/inbox/inbox-order.ts": "the order of the inbox",
    "sdk/transport/backoff.ts": "the back-off of a client",
    "user/socket-state.ts": "the socket state of a device",
  };

  test("a file under 15 lines has an idea of its own", () => {
    const fragments = files
      .filter((file) => ["channel", "sdk", "user", "gateway"].includes(folderOf(file)))
      .filter((file) => linesOf(file) < 15 && !(file in short));
    expect(fragments).toEqual([]);
    expect(Object.keys(short).filter((file) => !files.includes(file) || linesOf(file) >= 15)).toEqual([]);
  });
});
