// Who may create an account, by the setting of the deployment.
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import type { Invite, RegistrationMode } from "../../src/protocol";
import { readRegistration } from "../../src/runtime/registration";
import { call, register, request } from "../support/http";
import { codeOf } from "./requests-support";

const setting = env as unknown as { REGISTRATION: string };
const configured = setting.REGISTRATION;
afterEach(() => {
  setting.REGISTRATION = configured;
});

const post = (invite?: string) => {
  const handle = `new-${crypto.randomUUID().slice(0, 8)}`;
  const body = { handle, name: "Somebody", password: "correct horse battery", ...(invite !== undefined && { invite }) };
  return request("/v1/accounts", { method: "POST", body });
};
const modeOf = async (): Promise<RegistrationMode> => (await call<{ mode: RegistrationMode }>("/v1/registration")).mode;

test("[S223] everyone may register where nothing else is set", async () => {
  expect(await modeOf()).toBe("open");
  expect((await post()).status).toBe(200);
  expect(readRegistration(undefined)).toBe("open");
  expect(() => readRegistration("invites")).toThrow();
});

test("[S223] a server may take only people with a valid invite", async () => {
  const alice = await register("alice");
  const { code } = await call<Invite>("/v1/me/invites", { method: "POST", token: alice.token, body: {} });
  setting.REGISTRATION = "invite";
  expect(await modeOf()).toBe("invite");
  expect(await codeOf(await post())).toBe("invite_required");
  expect(await codeOf(await post("1111111111"))).toBe("invite_invalid");
  expect((await post(code)).status).toBe(200);
  await call(`/v1/invites/${code}`, { method: "DELETE", token: alice.token });
  expect(await codeOf(await post(code))).toBe("invite_invalid");
});

test("[S223] a closed server takes nobody, and still signs people in", async () => {
  const alice = await register("alice");
  const { code } = await call<Invite>("/v1/me/invites", { method: "POST", token: alice.token, body: {} });
  setting.REGISTRATION = "closed";
  expect(await modeOf()).toBe("closed");
  for (const invite of [undefined, code]) {
    const answer = await post(invite);
    expect(answer.status).toBe(403);
    expect(await codeOf(answer)).toBe("registration_closed");
  }
  const body = { handle: alice.handle, password: "correct horse battery" };
  expect((await request("/v1/sessions", { method: "POST", body })).status).toBe(200);
});
