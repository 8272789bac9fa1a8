import { createAccount } from "../../directory/accounts";
import { isValidInvite } from "../../directory/invite-rule";
import { ChatError } from "../../domain/error";
import { isReservedHandle, registration, registrationInfo, signedIn, tokenDelivery } from "../../protocol";
import { newId } from "../../runtime/ids";
import { readRegistration } from "../../runtime/registration";
import { hashPassword, readCost } from "../auth/scrypt";
import type { GatewayContext } from "../http/context";
import { answers, json, newRouter, route } from "../http/router";
import { chargeRegistration } from "../operations/guess-limits";
import { openSession } from "../operations/sign-in";

const register = route({
  method: "post",
  path: "/v1/accounts",
  operationId: "createAccount",
  summary: "Create an account and sign in",
  request: json(registration.extend(tokenDelivery.shape)),
  responses: answers(signedIn, "The account, and the session token if `keep` is `token`."),
});

const mode = route({
  method: "get",
  path: "/v1/registration",
  operationId: "getRegistration",
  summary: "Get who may create an account",
  responses: answers(registrationInfo, "Who may create an account."),
});

/** Throws `registration_closed`, `invite_required` and `invite_invalid`. */
async function requireOpenRegistration(c: GatewayContext, invite: string | undefined): Promise<void> {
  const permitted = readRegistration(c.env.REGISTRATION);
  if (permitted === "closed") throw new ChatError("registration_closed");
  if (permitted === "open") return;
  if (invite === undefined) throw new ChatError("invite_required");
  if (!(await isValidInvite(c.get("db"), invite, c.get("now")))) throw new ChatError("invite_invalid");
}

export const accounts = newRouter();
accounts.openapi(mode, (c) => c.json({ mode: readRegistration(c.env.REGISTRATION) }, 200));
accounts.openapi(register, async (c) => {
  const { handle, password, name, keep, invite } = c.req.valid("json");
  const db = c.get("db");
  const now = c.get("now");
  await chargeRegistration(c);
  await requireOpenRegistration(c, invite);
  if (isReservedHandle(handle)) throw new ChatError("handle_taken");
  const passwordHash = hashPassword(password, readCost(c.env.SCRYPT_COST));
  const account = await createAccount(db, { id: newId("u", now), handle, name, passwordHash, createdAt: now });
  if (!account) throw new ChatError("handle_taken");
  return c.json(await openSession(c, account, keep), 200);
});
