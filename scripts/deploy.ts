// `npm run deploy` creates the directory, the archive and their tables, the queues, the bucket and
// the missing secrets, and deploys the Worker. It may run again at any time: it creates only what
// is missing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeSecret, secretNames } from "./secrets.ts";
import { askWrangler, wrangler } from "./wrangler.ts";

/** The databases by binding. */
const DATABASES = { DIRECTORY: "parley-directory", ARCHIVE: "parley-archive" };
const QUEUES = ["parley-push", "parley-push-dead"];
const BUCKET = "parley-files";

/** Returns the names in a JSON list that wrangler prints; none if wrangler cannot list them yet. */
function namesIn(printed: string | null): string[] {
  const items: { name: string }[] = printed ? JSON.parse(printed) : [];
  return items.map((item) => item.name);
}

const databases = askWrangler(["d1", "list", "--json"]);
if (databases === null) throw new Error("cannot list the D1 databases: sign in with `npx wrangler login` first");
for (const [binding, name] of Object.entries(DATABASES)) {
  if (!namesIn(databases).includes(name)) wrangler(["d1", "create", name]);
  wrangler(["d1", "migrations", "apply", binding, "--remote"]);
}

// wrangler lists queues page by page and not as JSON, so each queue is looked up by name.
for (const queue of QUEUES) {
  console.log(`Checking for the queue ${queue}`);
  if (askWrangler(["queues", "info", queue]) === null) wrangler(["queues", "create", queue]);
}

console.log(`Checking for the bucket ${BUCKET}`);
if (askWrangler(["r2", "bucket", "info", BUCKET]) === null) wrangler(["r2", "bucket", "create", BUCKET]);

// Before the first deployment there is no Worker whose secrets could be listed.
const known = namesIn(askWrangler(["secret", "list", "--format", "json"]));
const missing = secretNames.filter((name) => !known.includes(name));
const folder = mkdtempSync(path.join(tmpdir(), "parley-"));
try {
  const file = path.join(folder, "secrets.json");
  const made = Object.fromEntries(missing.map((name) => [name, makeSecret(name)]));
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  wrangler(["deploy", ...(missing.length > 0 ? ["--secrets-file", file] : [])]);
  if (made.OPERATOR_TOKEN)
    console.log(`
The deployment's OPERATOR_TOKEN, which is shown only this once:

  ${made.OPERATOR_TOKEN}

\`npm run restore\`, \`npm run archive\` and the page at /admin ask for it.
`);
} finally {
  rmSync(folder, { recursive: true });
}
