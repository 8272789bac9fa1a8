import { changeAccount } from "../../directory/accounts";
import { closeAccount } from "../../directory/erasures";
import { endSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import { changePassword, changeProfile, eraseAccount, me as meBody } from "../../protocol";
import { retry } from "../../runtime/retry";
import { signedIn } from "../auth/authenticate";
import { clearSessionCookie } from "../auth/cookie";
import { checkPassword, hashPassword, readCost } from "../auth/scrypt";
import { spend } from "../http/rate-limit";
import { answers, json, newRouter, nothing, route } from "../http/routing";
import { advanceErasures } from "../operations/account-erasure";
import { exportOf, streamOf } from "../operations/account-export";
import { deliverPending } from "../operations/roster-delivery";
import { meOf } from "../operations/sign-in";

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

const erase = route({
  method: "delete",
  path: "/v1/me",
  summary: "End my account for good",
  middleware: signedIn,
  request: json(eraseAccount),
  responses: nothing("The account is closed; what it wrote is being deleted."),
});

const take = route({
  method: "get",
  path: "/v1/me/export",
  summary: "All that is kept of me, as JSON",
  middleware: signedIn,
  responses: { 200: { description: "JSON: account, sessions, inbox, drafts, and by channel every message of mine." } },
});

export const me = newRouter()
  .openapi(show, (c) => c.json(meOf(c.get("account"), c.get("caller").session), 200))
  .openapi(change, async (c) => {
    const { name, receipts, presence } = c.req.valid("json");
    const account = c.get("account");
    const db = c.get("db");
    await changeAccount(db, account.id, { name, receipts, presence }, c.get("now"));
    if (presence !== undefined) {
      await retry(() => c.env.USERS.getByName(account.id).setPresenceMode(account.id, presence));
    }
    if (receipts !== undefined || presence !== undefined) await deliverPending(c.env, db, account.id);
    const changed = {
      ...account,
      name: name ?? account.name,
      receipts: receipts ?? account.receipts,
      presence: presence ?? account.presence,
    };
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
  })
  .openapi(erase, async (c) => {
    const account = c.get("account");
    const db = c.get("db");
    await spend(c, "signIn", `password ${account.id}`);
    const { password } = c.req.valid("json");
    if (!checkPassword(password, account.passwordHash, readCost(c.env.SCRYPT_COST)).ok)
      throw new ChatError("wrong_password");
    await closeAccount(db, account.id, c.get("now"));
    clearSessionCookie(c);
    // Closed is closed: what cannot be done now the cron goes on with.
    await advanceErasures(c.env, db, c.get("now"), account.id);
    return c.body(null, 204);
  })
  .openapi(take, async (c) => {
    const caller = c.get("caller");
    // It reads every log they ever wrote in.
    await spend(c, "signIn", `export ${caller.user}`);
    const account = meOf(c.get("account"), caller.session);
    const body = streamOf(exportOf(c.env, c.get("db"), caller, account, c.get("now")));
    const headers = {
      "content-type": "application/json",
      "content-disposition": 'attachment; filename="parley-export.json"',
    };
    return new Response(body, { headers });
  });
