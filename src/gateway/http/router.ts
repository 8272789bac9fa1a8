// Declares routes. Schemas of the protocol check the input, every refusal becomes a problem, and
// each subject has one router.
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { channelId, describeIssues, issueCode, limits, position, problem, userId } from "../../protocol";
import type { Gateway } from "./context";

/** Returns a router that answers invalid input with a problem, like every other error. */
export const newRouter = () =>
  new OpenAPIHono<Gateway>({
    defaultHook: (result) => {
      if (!result.success) throw new ChatError(issueCode(result.error), describeIssues(result.error));
    },
  });

/** Wraps `createRoute`, so that a route file needs one import. */
export const route = <const R extends RouteConfig & { method: "get" | "post" | "put" | "patch" | "delete" }>(
  config: R,
) => createRoute(config);

export const channelParams = z.object({ channel: channelId });
export const memberParams = channelParams.extend({ user: userId });
/** A number in a path or a query. A schema of the protocol checks its value. */
export const numberInText = z.coerce.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
/** A text in a query. A schema of the protocol checks its value. */
export const textInQuery = z.string().max(limits.headerCharacters);
export const messageParams = channelParams.extend({ seq: numberInText.pipe(position) });

/** Declares a required JSON body. */
export const json = <T extends z.ZodType>(schema: T) =>
  ({ body: { content: { "application/json": { schema } }, required: true } }) as const;

/**
 * Declares a query, whose values are all text: `texts` converts them, then `schema` of the protocol
 * checks them.
 */
export const coerced = <S extends z.ZodRawShape, T extends z.ZodType>(texts: S, schema: T) =>
  z.object(texts).transform((raw, ctx): z.output<T> => {
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) ctx.addIssue({ code: "custom", message: issue.message, path: issue.path });
    return z.NEVER;
  });

const failure = {
  default: {
    description: "The request failed; `code` says why.",
    content: { "application/problem+json": { schema: problem } },
  },
} as const;

/** Declares the answers 200 with a JSON body, or a problem. */
export const answers = <T extends z.ZodType>(schema: T, description: string) =>
  ({ 200: { description, content: { "application/json": { schema } } }, ...failure }) as const;

/** Declares the answers 204 without a body, or a problem. */
export const noContent = (description: string) => ({ 204: { description }, ...failure }) as const;
