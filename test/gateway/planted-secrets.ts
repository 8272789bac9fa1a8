// Secrets of people and of the operator, planted in every place where the server gets one.
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { World } from "../contract/samples";
import { call, openDirect, type Person, request, type Sent } from "../support/http";
import { accessToken } from "../support/socket";

/** A text that occurs nowhere else. */
const plant = (what: string) => `planted-${what}-${crypto.randomUUID()}`;

export const planted = {
  password: plant("password"),
  nextPassword: plant("next-password"),
  text: plant("text"),
  draft: plant("draft"),
  words: plant("words"),
  name: plant("name"),
  endpoint: plant("endpoint"),
  key: plant("key"),
  account: plant("service-account"),
  archiveKey: plant("archive-key"),
};
/** Every secret by name. `plantWorld` adds those that the server makes. */
export const secrets: Record<string, string> = { ...planted };

const subscription = {
  kind: "web",
  endpoint: `http://127.0.0.1:9/${planted.endpoint}`,
  keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
  },
  name: planted.key,
};

async function registerWithSecrets(name: string): Promise<Person> {
  const handle = `${name}-${crypto.randomUUID().slice(0, 8)}`;
  const body = { handle, name: planted.name, password: planted.password, keep: "token" };
  const { me, token } = await call<{ me: { id: string; session: string }; token: string }>("/v1/accounts", {
    method: "POST",
    body,
  });
  return { id: me.id, handle, token, session: me.session };
}

/** Makes accounts, a message and a subscription that hold the planted secrets. */
export async function plantWorld(): Promise<World> {
  const alice = await registerWithSecrets("alice");
  const bob = await registerWithSecrets("bob");
  const carol = await registerWithSecrets("carol");
  const channel = await openDirect(alice, bob);
  const seq = await sayPlanted(alice, channel);
  await request("/v1/push/subscriptions", { method: "POST", token: bob.token, body: subscription });
  const { results: accounts } = await env.DIRECTORY.prepare("SELECT password_hash FROM accounts WHERE id = ?")
    .bind(alice.id)
    .all<{ password_hash: string }>();
  const { results: sessions } = await env.DIRECTORY.prepare("SELECT token_hash FROM sessions WHERE account = ?")
    .bind(alice.id)
    .all<{ token_hash: string }>();
  Object.assign(secrets, {
    sessionToken: alice.token,
    accessToken: await accessToken(alice.token),
    passwordHash: accounts[0]?.password_hash ?? expect.fail("no hash"),
    tokenHash: sessions[0]?.token_hash ?? expect.fail("no hash"),
    operatorToken: env.OPERATOR_TOKEN,
    tokenSecret: env.TOKEN_SECRET,
    archiveSecret: env.ARCHIVE_KEY,
    vapidPrivateKey: env.VAPID_KEYS.split(".")[1] ?? expect.fail("no key"),
  });
  return { alice, bob, carol, channel, seq };
}

/** Sends the planted text. Returns the position of the message. */
export async function sayPlanted({ token }: Person, channel: string): Promise<number> {
  const headers = { "idempotency-key": crypto.randomUUID() };
  const sent = { method: "POST", token, body: { text: planted.text }, headers };
  return (await call<{ seq: number }>(`/v1/channels/${channel}/messages`, sent)).seq;
}

/** Requests that carry the secrets, besides the samples of all routes. */
export function requestsWithSecrets(world: World): [string, Sent][] {
  const channel = `/v1/channels/${world.channel}`;
  const key = { "idempotency-key": crypto.randomUUID() };
  const { alice, bob } = world;
  const { token } = alice;
  return [
    [
      "/v1/accounts",
      { method: "POST", body: { handle: "new-person", name: planted.name, password: planted.password } },
    ],
    ["/v1/sessions", { method: "POST", body: { handle: alice.handle, password: planted.password, keep: "token" } }],
    ["/v1/me", { method: "PATCH", token, body: { name: planted.name } }],
    [
      "/v1/me/password",
      { method: "PUT", token, body: { current: plant("wrong-password"), next: planted.nextPassword } },
    ],
    [`${channel}/messages`, { method: "POST", token, body: { text: planted.text }, headers: key }],
    [`${channel}/draft`, { method: "PUT", token, body: { text: planted.draft } }],
    ["/v1/search", { method: "POST", token, body: { q: planted.words } }],
    [`/v1/search?q=${planted.words}`, { token }],
    ["/v1/search", { method: "POST", token, body: `{"q":"${planted.words}` }],
    ["/v1/push/subscriptions", { method: "POST", token: bob.token, body: subscription }],
    [`/v1/channels/${planted.text}/messages`, { token }],
    ["/v1/operator/channels", { token: env.OPERATOR_TOKEN }],
    ["/v1/operator/push", { token: env.OPERATOR_TOKEN }],
    ["/v1/me", { token: secrets.accessToken ?? "" }],
    ["/v1/me", { headers: { cookie: `__Host-parley=${alice.token}` } }],
  ];
}
