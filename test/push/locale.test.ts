// The language that an app chooses for its notifications is kept with its subscription.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openPushDirectory } from "../../src/directory/push-directory";
import { call, type Person, register, request } from "../support/http";

const PATH = "/v1/push/subscriptions";
const token = "an-app-of-the-tests:APA91b";
const subscribe = async ({ token: session }: Person, locale?: string): Promise<string> => {
  const body = { kind: "fcm", token, ...(locale !== undefined && { locale }) };
  return (await call<{ id: string }>(PATH, { method: "POST", token: session, body })).id;
};

test("[S108] a subscription keeps the locale of its app, and renewing it changes the locale", async () => {
  const alice = await register("alice");
  const directory = openPushDirectory(env.DIRECTORY);
  const id = await subscribe(alice, "ko-KR");
  expect(await directory.find(alice.id, id)).toMatchObject({ kind: "fcm", token, locale: "ko-KR" });
  expect(await subscribe(alice, "en")).toBe(id);
  expect(await directory.find(alice.id, id)).toMatchObject({ locale: "en" });
  await subscribe(alice);
  expect(await directory.find(alice.id, id)).not.toHaveProperty("locale");
});

test("[S108] a locale that is no language tag is invalid", async () => {
  const alice = await register("alice");
  for (const locale of ["", "k", "ko_KR", "ko-", `ko-${"x".repeat(33)}`]) {
    const body = { kind: "fcm", token, locale };
    expect((await request(PATH, { method: "POST", token: alice.token, body })).status).toBe(400);
  }
});
