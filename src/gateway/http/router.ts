// Declares routes. Schemas of the protocol check the input, every refusal becomes a problem, and
// each subject has one router.
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { channelId, describeIssues, guildId, issueCode, limits, problem, userId } from "../../protocol";
import type { Gateway } from "./context";

/** Returns a router that answers invalid input with a problem, like every other error. */
export const newRouter = () =>
  new OpenAPIHono<Gateway>({
    defaultHook: (result) => {
      if (!result.success) throw new ChatError(issueCode(result.error), describeIssues(result.error));
    },
  });

type Route = RouteConfig & { method: "get" | "post" | "put" | "patch" | "delete"; operationId: string };

/**
 * Wraps `createRoute`, so that a route file needs one import. `operationId` is the name of the
 * operation in generated clients, so it never changes.
 */
export const route = <const R extends Route>(config: R) => createRoute(config);

export const channelParams = z.object({ channel: channelId });
export const guildParams = z.object({ guild: guildId });
export const memberParams = channelParams.extend({ user: userId });
/** A whole number in a path or a query, whose values are all text. */
export const integerInText = (minimum: number, maximum: number = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .max(limits.headerCharacters)
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .meta({ type: "integer", minimum, maximum });
/** `true` or `false` in a query. */
export const flagInText = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .meta({ type: "boolean" });
/** A text in a query. A schema of the protocol checks its value. */
export const textInQuery = z.string().max(limits.headerCharacters);
export const messageParams = channelParams.extend({ seq: integerInText(0) });

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

/** Declares that a request may fail with a problem. */
export const failure = {
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

/** Declares the answer to an upgrade: a socket, or a problem. */
export const upgraded = (description: string) => ({ 101: { description }, ...failure }) as const;

const header = (name: string, description: string, maxLength: number) =>
  ({ name, in: "header", required: false, description, schema: { type: "string", minLength: 1, maxLength } }) as const;

/** The header of a request that appends an entry, for `parameters`. */
export const idempotencyKey = header(
  "Idempotency-Key",
  "Identifies the command, so that a repeat has no further effect. It takes the place of `nonce`, `epoch` and `after`.",
  limits.idempotencyKeyCharacters,
);
/** The header of a poll, for `parameters`. */
export const ifNoneMatch = header(
  "If-None-Match",
  "The `ETag` of the answer that the client has. While it still holds, the answer is 304.",
  limits.headerCharacters,
);

const etag = { ETag: { description: "Names this answer, for `If-None-Match`.", schema: { type: "string" } } } as const;

/** Declares the answers to a poll: 200 and 304, both with their tag, or a problem. */
export const pollAnswers = <T extends z.ZodType>(schema: T, description: string) => {
  const { 200: news, ...others } = answers(schema, description);
  const unchanged = { description: "Nothing has changed since the answer that `If-None-Match` names.", headers: etag };
  return { 200: { ...news, headers: etag }, 304: unchanged, ...others } as const;
};
