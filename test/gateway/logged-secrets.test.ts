// The log under injected failures. Everything that a person or the operator keeps secret is
// planted. Then D1, the storage of the objects, the queue, the push service and the secrets fail
// one after the other, with errors that quote what they were given. No line of the output may hold
// a secret.
import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../src/gateway/app";
import worker from "../../src/index";
import { type Sample, samples, signIn, type World } from "../contract/samples";
import { ORIGIN, type Person, request } from "../support/http";
import { Device } from "../support/socket";
import { planted, plantWorld, requestsWithSecrets, sayPlanted, secrets } from "./planted-secrets";

let alice: Person;
let world: World;
const lines: string[] = [];

beforeAll(async () => {
  world = await plantWorld();
  alice = world.alice;
});

beforeEach(() => {
  lines.length = 0;
  for (const method of ["error", "warn", "log", "info", "debug", "trace"] as const)
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
      lines.push(values.map((value) => (value instanceof Error ? value.stack : String(value))).join(" "));
    });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Returns a sample. What a sample needs may fail too; the ids of its path then name nothing. */
async function madeFrom(key: string, make: () => Sample | Promise<Sample>): Promise<Sample> {
  try {
    return await make();
  } catch {
    return { path: (key.split(" ")[1] ?? "").replace(/\{(\w)\w*\}/g, "$1_1") };
  }
}

/** Runs everything that the Worker does. Returns the answers that say that the server failed. */
async function runEverything(): Promise<{ status: number; text: string }[]> {
  const failures: { status: number; text: string }[] = [];
  const keep = async (response: Response) => {
    const text = response.webSocket ? "" : await response.text().catch(() => "");
    if (response.status >= 500) failures.push({ status: response.status, text });
    if (response.webSocket) new Device(response.webSocket).close();
  };
  for (const [path, sent] of requestsWithSecrets(world)) await keep(await request(path, sent));
  for (const [key, sample] of Object.entries(samples)) {
    if (key === "DELETE /v1/me" || key.includes("{id}")) continue;
    const { path, ...sent } = await madeFrom(key, () => sample(world, alice));
    await keep(await request(path, { method: key.split(" ")[0] ?? "GET", token: alice.token, ...sent }));
  }
  await runDurableObjectAlarm(env.CHANNELS.getByName(world.channel)).catch(() => false);
  await runDurableObjectAlarm(env.USERS.getByName(alice.id)).catch(() => false);
  const controller = { scheduledTime: Date.UTC(2026, 10, 30, 12), cron: "* * * * *", noRetry() {}, type: "scheduled" };
  await Promise.resolve(worker.scheduled(controller as ScheduledController, env)).catch((error: unknown) => {
    lines.push(String((error as Error).stack));
  });
  return failures;
}

function expectNoSecret(answers: { text: string }[] = []): void {
  const output = [...lines, ...answers.map(({ text }) => text)].join("\n");
  for (const [what, secret] of Object.entries(secrets))
    expect(output.includes(secret), `${what} is in the output`).toBe(false);
}

interface BoundStatement {
  params?: unknown[];
}
const statementClass: Record<string, unknown> = Object.getPrototypeOf(env.DIRECTORY.prepare("SELECT 1"));
const databaseClass: { batch: D1Database["batch"] } = Object.getPrototypeOf(env.DIRECTORY);

/** The error of a database that quotes the statement and its parameters. */
const quoting = (parameters: unknown) =>
  Promise.reject(new Error(`D1_ERROR: near "${JSON.stringify(parameters)}": syntax error: SQLITE_ERROR`));

function breakStatements(): void {
  for (const method of ["run", "all", "raw", "first"])
    vi.spyOn(statementClass as Record<string, () => unknown>, method).mockImplementation(function (
      this: BoundStatement,
    ) {
      return quoting(this.params ?? Object.values(this));
    });
}

describe("no secret is logged while", { timeout: 60_000 }, () => {
  test("everything works", async () => {
    await runEverything();
    expectNoSecret();
  });

  test("each statement on D1 fails", async () => {
    breakStatements();
    const failures = await runEverything();
    expect(failures.length).toBeGreaterThan(20);
    expect(lines.length).toBeGreaterThan(20);
    expectNoSecret(failures);
  });

  test("D1 is unreachable: every failure is `temporary`", async () => {
    for (const method of ["run", "all", "raw", "first"])
      vi.spyOn(statementClass as Record<string, () => unknown>, method).mockImplementation(() =>
        Promise.reject(new Error("D1_ERROR: Network connection lost.")),
      );
    vi.spyOn(databaseClass, "batch").mockImplementation(() =>
      Promise.reject(new Error("D1_ERROR: D1 DB is overloaded. Too many requests queued.")),
    );
    const failures = await runEverything();
    expect(failures.length).toBeGreaterThan(20);
    expect(failures.filter(({ status }) => status !== 503)).toEqual([]);
    expectNoSecret(failures);
  });

  test("each batch on D1 fails", async () => {
    vi.spyOn(databaseClass, "batch").mockImplementation((statements) => quoting(statements));
    const failures = await runEverything();
    expect(failures.length).toBeGreaterThan(0);
    expectNoSecret(failures);
  });

  test("a session cannot be touched after its answer", async () => {
    const old = await signIn(alice, "token", planted.password);
    await env.DIRECTORY.prepare("UPDATE sessions SET seen_at = 1 WHERE id = ?").bind(old.session).run();
    secrets.oldToken = old.token;
    vi.spyOn(statementClass as Record<string, () => unknown>, "run").mockImplementation(function (
      this: BoundStatement,
    ) {
      return quoting(this.params ?? Object.values(this));
    });
    const ctx = createExecutionContext();
    const waited: Promise<unknown>[] = [];
    vi.spyOn(ctx, "waitUntil").mockImplementation((promise) => void waited.push(promise));
    const ask = new Request(`${ORIGIN}/v1/me`, { headers: { authorization: `Bearer ${old.token}` } });
    expect((await app.fetch(ask, env, ctx)).status).toBe(200);
    // The platform logs a rejection.
    expect(waited).toHaveLength(1);
    await expect(waited[0]).resolves.toBeUndefined();
    expect(lines).toHaveLength(1);
    expectNoSecret();
  });

  test("the storage of the objects fails", async () => {
    const sqlClass = await runInDurableObject(
      env.CHANNELS.getByName(world.channel),
      (_, { storage }): { exec(statement: string, ...bindings: unknown[]): never } =>
        Object.getPrototypeOf(storage.sql),
    );
    vi.spyOn(sqlClass, "exec").mockImplementation((statement, ...bindings) => {
      throw new Error(`near "${JSON.stringify({ statement, bindings })}": syntax error: SQLITE_ERROR`);
    });
    const failures = await runEverything();
    expect(lines.length).toBeGreaterThan(0);
    expectNoSecret(failures);
  });

  test("the queue fails", async () => {
    vi.spyOn(Object.getPrototypeOf(env.PUSH), "send").mockImplementation((job: unknown) =>
      Promise.reject(new Error(`cannot send ${JSON.stringify(job)} ${planted.text}`)),
    );
    await sayPlanted(alice, world.channel);
    await vi.waitFor(() => runDurableObjectAlarm(env.CHANNELS.getByName(world.channel)));
    expectNoSecret(await runEverything());
  });

  test("the push service fails, in every way", async () => {
    const answers = [
      () => Promise.reject(new TypeError(`cannot connect to ${planted.endpoint}`)),
      () => Promise.resolve(new Response(`no device at ${planted.endpoint}`, { status: 500 })),
      () => Promise.resolve(new Response(planted.endpoint, { status: 400 })),
    ];
    for (const answer of answers) {
      vi.spyOn(globalThis, "fetch").mockImplementation(answer);
      const job = { kind: "window", id: crypto.randomUUID(), channel: world.channel, at: Date.now() };
      const unreadable = { ...job, kind: planted.text, [planted.draft]: 1 };
      for (const body of [job, unreadable, planted.text]) {
        const message = { body, id: "m", attempts: 1, timestamp: new Date(), ack() {}, retry() {} };
        const batch = { queue: "parley-push", messages: [message], ackAll() {}, retryAll() {} };
        await worker.queue(batch as unknown as MessageBatch, env);
      }
    }
    expect(lines.length).toBeGreaterThan(0);
    expectNoSecret();
  });

  test.each([
    ["the service account of FCM", { FCM_ACCOUNT: `{"private_key": ${planted.account}` }],
    [
      "the service account's key",
      {
        FCM_ACCOUNT: JSON.stringify({ project_id: "p", client_email: "e", private_key: planted.account, token_uri: 7 }),
      },
    ],
    ["the key pair of the server", { VAPID_KEYS: `${planted.account}.${planted.archiveKey}` }],
    ["the key of the archive", { ARCHIVE_KEY: "", ARCHIVES: "NOTHING" }],
    ["the rates", { RATES: `{"send": "${planted.account}` }],
    ["the secret of the access tokens", { TOKEN_SECRET: "" }],
    ["the cost of a hash", { SCRYPT_COST: planted.account }],
  ])("%s is wrong", async (_, broken) => {
    const bindings = { ...env, ...broken } as Env;
    const failures: { text: string }[] = [];
    for (const [path, { method = "GET", token, body, headers }] of requestsWithSecrets(world)) {
      const init: RequestInit = { method, headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) } };
      if (body !== undefined) {
        init.body = typeof body === "string" ? body : JSON.stringify(body);
        init.headers = { ...init.headers, "content-type": "application/json" };
      }
      const answer = await app.fetch(new Request(ORIGIN + path, init), bindings, createExecutionContext());
      if (answer.status >= 500) failures.push({ text: await answer.text() });
    }
    const batch = { queue: "parley-push", messages: [], ackAll() {}, retryAll() {} };
    await Promise.resolve(worker.queue(batch as unknown as MessageBatch, bindings)).catch((error: unknown) => {
      lines.push(String((error as Error).stack));
    });
    expectNoSecret(failures);
  });
});
