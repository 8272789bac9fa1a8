import { changeAccount } from "../../directory/accounts";
import { endSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import { changePassword, changeProfile, me as meBody } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { checkPassword, hashPassword, readCost } from "../auth/scrypt";
import { meOf } from "../auth/sign-in";
import { deliverPending } from "../outbox";
import { answers, json, newRouter, nothing, route } from "../routing";
import { spend } from "../spend";

const show = route({
  method: "get",
  path: "/v1/me",
  summary: "My account",
  middleware: signedIn,
  responses: answers(meBody, "My account."),
});

const change = route({
  method: "patch",
  path: "/v1/me",
  summary: "Change my profile",
  middleware: signedIn,
  request: json(changeProfile),
  responses: answers(meBody, "My account as it is."),
});

const repassword = route({
  method: "put",
  path: "/v1/me/password",
  summary: "Change my password; every other session is signed out",
  middleware: signedIn,
  request: json(changePassword),
  responses: nothing("The new password is in force."),
});

export const me = newRouter()
  .openapi(show, (c) => c.json(meOf(c.get("account"), c.get("caller").session), 200))
  .openapi(change, async (c) => {
    const { name, receipts } = c.req.valid("json");
    const account = c.get("account");
    const db = c.get("db");
    await changeAccount(db, account.id, { name, receipts }, c.get("now"));
    if (receipts !== undefined) await deliverPending(c.env, db, account.id);
    const changed = { ...account, name: name ?? account.name, receipts: receipts ?? account.receipts };
    return c.json(meOf(changed, c.get("caller").session), 200);
  })
  .openapi(repassword, async (c) => {
    const { current, next } = c.req.valid("json");
    const account = c.get("account");
    const db = c.get("db");
    const now = c.get("now");
    await spend(c, "signIn", `password ${account.id}`);
    const cost = readCost(c.env.SCRYPT_COST);
    if (!checkPassword(current, account.passwordHash, cost).ok) throw new ChatError("wrong_password");
    const ending = { except: c.get("caller").session, passwordHash: hashPassword(next, cost) };
    await endSessions(db, account.id, ending, now);
    await deliverPending(c.env, db, account.id);
    return c.body(null, 204);
  });
