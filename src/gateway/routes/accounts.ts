import { createAccount } from "../../directory/accounts";
import { ChatError } from "../../domain/error";
import { isReservedHandle, registration, signedIn, tokenDelivery } from "../../protocol";
import { newId } from "../../runtime/ids";
import { hashPassword, readCost } from "../auth/scrypt";
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

export const accounts = newRouter().openapi(register, async (c) => {
  const { handle, password, name, keep } = c.req.valid("json");
  const db = c.get("db");
  const now = c.get("now");
  await chargeRegistration(c);
  if (isReservedHandle(handle)) throw new ChatError("handle_taken");
  const passwordHash = hashPassword(password, readCost(c.env.SCRYPT_COST));
  const account = await createAccount(db, { id: newId("u", now), handle, name, passwordHash, createdAt: now });
  if (!account) throw new ChatError("handle_taken");
  return c.json(await openSession(c, account, keep), 200);
});
