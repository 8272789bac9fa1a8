// The caller's own account: profile, password, export and erasure.
import type { RouteConfig } from "@hono/zod-openapi";
import * as z from "zod";
import { type Account, changeAccount, changeHandle } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { closeAccount } from "../../directory/erasures";
import { setOpenTo } from "../../directory/requests";
import { ChatError } from "../../domain/error";
import {
  changedPassword,
  changedProfile,
  changePassword,
  changeProfile,
  eraseAccount,
  isRefusedHandle,
  isReservedHandle,
  limits,
  me as meBody,
} from "../../protocol";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { bearerOf, signedIn } from "../auth/authenticate";
import { clearDeviceCookie, newDeviceProof, writeDeviceCookie } from "../auth/device-proof";
import { checkPassword, readCost } from "../auth/scrypt";
import { clearSessionCookie, writeSessionCookie } from "../auth/session-cookie";
import { answers, json, newRouter, noContent, route } from "../http/router";
import { advanceErasures } from "../operations/account-erasure";
import { exportAccount, streamOf } from "../operations/account-export";
import { deliverOwnChanges, deliverOwnEndings } from "../operations/own-delivery";
import { replacePassword } from "../operations/password-change";
import { announceProfile } from "../operations/profile-announcement";
import { meOf } from "../operations/sign-in";

const show = route({
  method: "get",
  path: "/v1/me",
  operationId: "getMe",
  summary: "Get your account",
  middleware: signedIn,
  responses: answers(meBody, "Your account."),
});

const change = route({
  method: "patch",
  path: "/v1/me",
  operationId: "changeMe",
  summary: "Change your profile",
  middleware: signedIn,
  request: json(changeProfile),
  responses: answers(changedProfile, "Your account after the change, and `pending` channels that do not show it yet."),
});

const setPassword = route({
  method: "put",
  path: "/v1/me/password",
  operationId: "changePassword",
  summary: "Change your password, end every other session and replace the token of this one",
  middleware: signedIn,
  request: json(changePassword),
  responses: answers(
    changedPassword,
    "The new token and proof, and how many objects have not closed other sessions yet.",
  ),
});

const erase = route({
  method: "delete",
  path: "/v1/me",
  operationId: "eraseMe",
  summary: "Delete your account permanently",
  middleware: signedIn,
  request: json(eraseAccount),
  responses: noContent("The account is closed; its messages are being deleted."),
});

/** What every export has. Its other parts are documented by their names. */
const accountExport = z.looseObject({ exportedAt: z.int(), account: meBody, channels: z.array(z.looseObject({})) });
/** The export is a stream, so the type of its answer is not that of its schema. */
const exportAnswers: RouteConfig["responses"] = answers(
  accountExport,
  "The account, sessions, devices, inbox, settings, and your messages by channel. An export that could not be " +
    "completed is cut off, and is no valid JSON.",
);
const exportData = route({
  method: "get",
  path: "/v1/me/export",
  operationId: "exportMe",
  summary: "Export everything that is stored about you, as JSON",
  middleware: signedIn,
  responses: exportAnswers,
});

/** Throws `forbidden` if the account keeps its handle, and `handle_taken`. */
async function replaceHandle(db: Database, account: Account, handle: string, now: number): Promise<void> {
  if (!isRefusedHandle(account.handle)) throw new ChatError("forbidden", "handle: yours can stay as it is");
  if (isReservedHandle(handle) || !(await changeHandle(db, account, handle, now))) throw new ChatError("handle_taken");
}

export const me = newRouter()
  .openapi(show, (c) => c.json(meOf(c.env, c.get("account"), c.get("caller").session), 200))
  .openapi(change, async (c) => {
    const { name, handle, receipts, presence, openTo } = c.req.valid("json");
    const account = c.get("account");
    const db = c.get("db");
    const hasNewHandle = handle !== undefined && handle !== account.handle;
    if (hasNewHandle) await replaceHandle(db, account, handle, c.get("now"));
    const changed = await changeAccount(db, account.id, { name, receipts, presence }, c.get("now"));
    if (!changed) throw new ChatError("sign_in_required");
    if (openTo !== undefined) await setOpenTo(db, account.id, openTo);
    if (presence !== undefined) {
      await retry(() => c.env.USERS.getByName(account.id).setPresenceMode(account.id, presence));
    }
    if (name !== undefined || hasNewHandle) {
      const profile = { id: changed.id, handle: changed.handle, name: changed.name };
      c.executionCtx.waitUntil(announceProfile(c.env, db, profile));
    }
    const isMirrored = hasNewHandle || receipts !== undefined || presence !== undefined;
    const pending = isMirrored ? await deliverOwnChanges(c.env, db, account.id) : {};
    const answered = { ...changed, ...(openTo !== undefined && { openTo }) };
    return c.json({ ...meOf(c.env, answered, c.get("caller").session), ...pending }, 200);
  })
  .openapi(setPassword, async (c) => {
    const { current, next } = c.req.valid("json");
    const { id } = c.get("account");
    const db = c.get("db");
    const { token, account } = await replacePassword(c, current, next);
    // A new password ends all known devices. This one proved the old password just now.
    const deviceProof = newDeviceProof(c.env.TOKEN_SECRET, account, c.get("now"));
    if (bearerOf(c) !== null) return c.json({ token, deviceProof, ...(await deliverOwnEndings(c.env, db, id)) }, 200);
    writeSessionCookie(c, token);
    writeDeviceCookie(c, deviceProof);
    return c.json(await deliverOwnEndings(c.env, db, id), 200);
  })
  .openapi(erase, async (c) => {
    const account = c.get("account");
    const db = c.get("db");
    const { password } = c.req.valid("json");
    if (!checkPassword(password, account.passwordHash, readCost(c.env.SCRYPT_COST)).ok)
      throw new ChatError("wrong_password");
    await closeAccount(db, account.id, c.get("now"));
    // Before its memberships end: they say who knows it.
    await announceProfile(c.env, db, { id: account.id, handle: "", name: "" });
    clearSessionCookie(c);
    clearDeviceCookie(c);
    // The account is closed, so nothing fails the request any more. What it does not erase, the
    // cron continues.
    const run = { env: c.env, db, now: c.get("now"), until: Date.now() + limits.deliveryMs };
    await advanceErasures(run, account.id).catch((error: unknown) => logError("erasure.failed", error));
    return c.body(null, 204);
  })
  .openapi(exportData, async (c) => {
    const caller = c.get("caller");
    const { tokensFrom, openTo: ownOpenTo } = c.get("account");
    const account = { ...meOf(c.env, c.get("account"), caller.session), tokensFrom, ownOpenTo };
    const body = streamOf(exportAccount(c.env, c.get("db"), account, c.get("now")));
    const headers = {
      "content-type": "application/json",
      "content-disposition": 'attachment; filename="parley-export.json"',
    };
    return new Response(body, { headers });
  });
