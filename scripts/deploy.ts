// `npm run deploy`: the directory and its tables, the queues, the secrets that are missing, then the Worker. Running it again changes only what changed.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeSecret, secretNames } from "./secrets.ts";
import { askWrangler, wrangler } from "./wrangler.ts";

const DATABASE = "parley-directory";
const QUEUES = ["parley-push", "parley-push-dead"];

/** The items' names in a JSON list that wrangler prints; none where the list cannot be had yet. */
function namesIn(printed: string | null): string[] {
  const items: { name: string }[] = printed ? JSON.parse(printed) : [];
  return items.map((item) => item.name);
}

const databases = askWrangler(["d1", "list", "--json"]);
if (databases === null) throw new Error("cannot list databases: sign in with `npx wrangler login` first");
if (!namesIn(databases).includes(DATABASE)) wrangler(["d1", "create", DATABASE]);
wrangler(["d1", "migrations", "apply", "DIRECTORY", "--remote"]);

// Queues are not listed as JSON, and only page by page; that one is missing shows in that nothing can be told of it.
for (const queue of QUEUES) {
  console.log(`Looking for the queue ${queue}`);
  if (askWrangler(["queues", "info", queue]) === null) wrangler(["queues", "create", queue]);
}

// Before the first deployment there is no Worker to list secrets of.
const known = namesIn(askWrangler(["secret", "list", "--format", "json"]));
const missing = secretNames.filter((name) => !known.includes(name));
const folder = mkdtempSync(path.join(tmpdir(), "parley-"));
try {
  const file = path.join(folder, "secrets.json");
  const made = Object.fromEntries(missing.map((name) => [name, makeSecret(name)]));
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  wrangler(["deploy", ...(missing.length > 0 ? ["--secrets-file", file] : [])]);
  if (made.OPERATOR_TOKEN)
    console.log(
      `\nOPERATOR_TOKEN, shown this once (for npm run restore, npm run archive and the page at /admin): ${made.OPERATOR_TOKEN}\n`,
    );
} finally {
  rmSync(folder, { recursive: true });
}
