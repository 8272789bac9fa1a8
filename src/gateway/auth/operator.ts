// Authenticates the operator of the deployment by `OPERATOR_TOKEN`, which no account has.
import { createHash, timingSafeEqual } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { ChatError } from "../../domain/error";
import type { Gateway } from "../http/context";
import { bearerOf } from "./authenticate";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Throws `not_found` for everyone else, as for a route that does not exist. */
export const operatorOnly = createMiddleware<Gateway>(async (c, next) => {
  const expected = c.env.OPERATOR_TOKEN;
  const given = bearerOf(c);
  if (!expected || given === null || !timingSafeEqual(digest(given), digest(expected))) {
    throw new ChatError("not_found");
  }
  await next();
});
