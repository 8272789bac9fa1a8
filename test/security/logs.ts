// The output of the server process, the runtime's own lines included, under injected failures:
// tables of D1 and of the objects that are missing, and settings that are wrong.
import { copyFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { type Attack, send } from "./attack.ts";
import { ARCHIVE_KEY, OPERATOR_TOKEN, type SecurityServer, TOKEN_SECRET } from "./server.ts";

const planted = {
  password: "planted-password-4f1c",
  text: "planted-text-of-a-message-9b2e",
  draft: "planted-text-of-a-draft-71aa",
  words: "planted-words-of-a-search-c3d0",
  endpoint: "planted-endpoint-e880",
  account: "planted-service-account-5d6e",
};

export const logs: Attack = async (server, { quick }) => {
  await server.start("raised");
  const alice = await RegisteredUser.register(server.port, "alice");
  const bob = await RegisteredUser.register(server.port, "bob");
  const channel = await alice.direct(bob);
  const access = await alice.token();
  await exercise(server, alice, channel, access);
  await server.stop();
  const secrets: Record<string, string> = {
    ...planted,
    session: alice.session,
    access,
    ...hashesIn(server.state),
    operator: OPERATOR_TOKEN,
    tokenSecret: TOKEN_SECRET,
    archiveKey: ARCHIVE_KEY,
    pushSecret: server.pushSecret,
  };

  const tablesOfObjects = ["entries", "members", "inbox", "standing"];
  const tables = quick
    ? ["accounts", "sessions", "push_subscriptions", "entries"]
    : [...tablesOf(directoryIn(server.state)), ...tablesOfObjects];
  const statuses: Record<string, number> = {};
  const count = (more: number[]) => {
    for (const status of more) statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const files = sqliteFiles(server.state);
  for (const table of tables) {
    const restore = withoutTable(
      files.filter((file) => tablesOf(file).includes(table)),
      table,
    );
    await server.start("raised");
    count(await exercise(server, alice, channel, access));
    await server.stop();
    restore();
  }
  const wrong: Record<string, string>[] = [
    { FCM_ACCOUNT: `{"private_key": ${planted.account}` },
    { VAPID_KEYS: `${planted.account}.${planted.account}` },
    { SCRYPT_COST: planted.account },
    { ARCHIVE_KEY: "" },
  ];
  for (const bindings of quick ? wrong.slice(0, 1) : wrong) {
    await server.start("raised", bindings);
    count(await exercise(server, alice, channel, access));
  }
  const leaked = Object.entries(secrets).filter(([, secret]) => server.output.includes(secret));
  const failures = server.output.split("\n").filter((line) => line.includes('"level":"error"')).length;
  return {
    setting: { tables: tables.length, secrets: Object.keys(secrets).length },
    bars: {
      leakedSecrets: { value: leaked.length, atMost: 0 },
      // Without failures the search proves nothing.
      loggedFailures: { value: failures, atLeast: 10 },
    },
    seen: { leaked: leaked.map(([name]) => name), statuses, outputBytes: server.output.length },
  };
};

/** Sends every secret in its usual place. Returns the statuses. */
async function exercise(
  server: SecurityServer,
  alice: RegisteredUser,
  channel: string,
  access: string,
): Promise<number[]> {
  const { port } = server;
  const asks: [string, string, object | null, string?][] = [
    ["POST", "/v1/accounts", { handle: "somebody-new", name: "New", password: planted.password, keep: "token" }, ""],
    ["POST", "/v1/sessions", { handle: "alice", password: planted.password, keep: "token" }, ""],
    ["PUT", "/v1/me/password", { current: planted.password, next: `${planted.password}-next` }],
    ["POST", `/v1/channels/${channel}/messages`, { text: planted.text }],
    ["PUT", `/v1/channels/${channel}/draft`, { text: planted.draft }],
    ["POST", "/v1/search", { q: planted.words }],
    ["GET", `/v1/search?q=${planted.words}`, null],
    [
      "POST",
      "/v1/push/subscriptions",
      {
        kind: "web",
        endpoint: `https://fcm.googleapis.com/fcm/send/${planted.endpoint}`,
        keys: {
          p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          auth: "BTBZMqHH6r4Tts7J_aSIgg",
        },
      },
    ],
    ["GET", "/v1/me", null],
    ["GET", "/v1/me", null, access],
    ["GET", "/v1/me/export", null],
    ["GET", "/v1/inbox", null],
    ["GET", `/v1/channels/${channel}/messages`, null],
    ["GET", "/v1/operator/channels", null, OPERATOR_TOKEN],
    ["GET", "/cdn-cgi/local/scheduled", null, ""],
  ];
  const statuses: number[] = [];
  for (const [method, where, body, token = alice.session] of asks) {
    const headers = { "idempotency-key": `key-${where.length}` };
    const answer = await send(port, {
      method,
      path: where,
      token,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    statuses.push(answer.status);
  }
  return statuses;
}

const sqliteFiles = (state: string): string[] =>
  readdirSync(state, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sqlite") && !name.includes("metadata"))
    .map((name) => path.join(state, name));

function tablesOf(file: string): string[] {
  const database = new DatabaseSync(file);
  try {
    const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return rows.map(({ name }) => String(name)).filter((name) => !/^(_cf|sqlite|d1_|archive_)/.test(name));
  } finally {
    database.close();
  }
}

function directoryIn(state: string): string {
  const found = sqliteFiles(state).find((file) => tablesOf(file).includes("accounts"));
  if (found === undefined) throw new Error("there is no directory");
  return found;
}

/** Every hash that is stored, and the beginning of those that a failed insert would have stored. */
function hashesIn(state: string): Record<string, string> {
  const database = new DatabaseSync(directoryIn(state));
  try {
    const accounts = database.prepare("SELECT handle AS name, password_hash AS hash FROM accounts").all();
    const sessions = database.prepare("SELECT id AS name, token_hash AS hash FROM sessions").all();
    if (accounts.length === 0 || sessions.length === 0) throw new Error("the directory holds no hashes");
    const rows = [...accounts, ...sessions].map(({ name, hash }) => [`the hash of ${name}`, String(hash)] as const);
    return { ...Object.fromEntries(rows), passwordHash: "scrypt$" };
  } finally {
    database.close();
  }
}

/** Removes a table from stopped databases. Returns the function that puts the databases back. */
function withoutTable(files: readonly string[], table: string): () => void {
  for (const file of files) {
    const database = new DatabaseSync(file);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    copyFileSync(file, `${file}.kept`);
    const broken = new DatabaseSync(file);
    broken.exec(`PRAGMA foreign_keys = OFF; ALTER TABLE "${table}" RENAME TO "gone_${table}"`);
    broken.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    broken.close();
  }
  return () => {
    for (const file of files) {
      const database = new DatabaseSync(file);
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
      copyFileSync(`${file}.kept`, file);
    }
  };
}
