// Whoever runs this deployment: proven by a secret of its own, which no account has.
import { createHash, timingSafeEqual } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { ChatError } from "../../domain/error";
import type { Gateway } from "../http/context";
import { bearerOf } from "./authenticate";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** For everybody else there is nothing here. Throws `not_found`. */
export const operator = createMiddleware<Gateway>(async (c, next) => {
  const known = c.env.OPERATOR_TOKEN;
  const given = bearerOf(c);
  if (!known || given === null || !timingSafeEqual(digest(given), digest(known))) throw new ChatError("not_found");
  await next();
});
