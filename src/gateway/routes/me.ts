// The caller's own account: profile, password, export and erasure.
import { changeAccount } from "../../directory/accounts";
import { closeAccount } from "../../directory/erasures";
import { setOpenTo } from "../../directory/requests";
import { endSessions } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import { changePassword, changeProfile, eraseAccount, me as meBody } from "../../protocol";
import { retry } from "../../runtime/retry";
import { signedIn } from "../auth/authenticate";
import { checkPassword, hashPassword, readCost } from "../auth/scrypt";
import { clearSessionCookie } from "../auth/session-cookie";
import { chargeRate } from "../http/rate-limit";
import { answers, json, newRouter, noContent, route } from "../http/router";
import { advanceErasures } from "../operations/account-erasure";
import { exportAccount, streamOf } from "../operations/account-export";
import { deliverPending } from "../operations/roster-delivery";
import { meOf } from "../operations/sign-in";

const show = route({
  method: "get",
  path: "/v1/me",
  summary: "Get your account",
  middleware: signedIn,
  responses: answers(meBody, "Your account."),
});

const change = route({
  method: "patch",
  path: "/v1/me",
  summary: "Change your profile",
  middleware: signedIn,
  request: json(changeProfile),
  responses: answers(meBody, "Your account after the change."),
});

const setPassword = route({
  method: "put",
  path: "/v1/me/password",
  summary: "Change your password and end every other session",
  middleware: signedIn,
  request: json(changePassword),
  responses: noContent("The password is changed."),
});

const erase = route({
  method: "delete",
  path: "/v1/me",
  summary: "Delete your account permanently",
  middleware: signedIn,
  request: json(eraseAccount),
  responses: noContent("The account is closed; its messages are being deleted."),
});

const exportData = route({
  method: "get",
  path: "/v1/me/export",
  summary: "Export everything that is stored about you, as JSON",
  middleware: signedIn,
  responses: { 200: { description: "The account, sessions, devices, inbox, settings, and your messages by channel." } },
});

export const me = newRouter()
  .openapi(show, (c) => c.json(meOf(c.env, c.get("account"), c.get("caller").session), 200))
  .openapi(change, async (c) => {
    const { name, receipts, presence, openTo } = c.req.valid("json");
    const account = c.get("account");
    const db = c.get("db");
    const changed = await changeAccount(db, account.id, { name, receipts, presence }, c.get("now"));
    if (!changed) throw new ChatError("sign_in_required");
    if (openTo !== undefined) await setOpenTo(db, account.id, openTo);
    if (presence !== undefined) {
      await retry(() => c.env.USERS.getByName(account.id).setPresenceMode(account.id, presence));
    }
    if (receipts !== undefined || presence !== undefined) await deliverPending(c.env, db, account.id);
    const answered = { ...changed, ...(openTo !== undefined && { openTo }) };
    return c.json(meOf(c.env, answered, c.get("caller").session), 200);
  })
  .openapi(setPassword, async (c) => {
    const { current, next } = c.req.valid("json");
    const account = c.get("account");
    const db = c.get("db");
    const now = c.get("now");
    await chargeRate(c, "signIn", `password ${account.id}`);
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
    await chargeRate(c, "signIn", `password ${account.id}`);
    const { password } = c.req.valid("json");
    if (!checkPassword(password, account.passwordHash, readCost(c.env.SCRYPT_COST)).ok)
      throw new ChatError("wrong_password");
    await closeAccount(db, account.id, c.get("now"));
    clearSessionCookie(c);
    // The account is closed. What this request does not erase, the cron continues.
    await advanceErasures(c.env, db, c.get("now"), account.id);
    return c.body(null, 204);
  })
  .openapi(exportData, async (c) => {
    const caller = c.get("caller");
    // An export reads every log that the person ever wrote in.
    await chargeRate(c, "signIn", `export ${caller.user}`);
    const account = meOf(c.env, c.get("account"), caller.session);
    const body = streamOf(exportAccount(c.env, c.get("db"), caller, account, c.get("now")));
    const headers = {
      "content-type": "application/json",
      "content-disposition": 'attachment; filename="parley-export.json"',
    };
    return new Response(body, { headers });
  });
