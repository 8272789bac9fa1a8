// How routes are written: schemas from the wire, errors as problems, one router a subject.
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { describeIssues, issueCode, problem } from "../../protocol";
import type { Gateway } from "./context";

/** A router whose bad input is answered like every other error. */
export const newRouter = () =>
  new OpenAPIHono<Gateway>({
    defaultHook: (result) => {
      if (!result.success) throw new ChatError(issueCode(result.error), describeIssues(result.error));
    },
  });

/** The body of a request; always application/json. */
export const json = <T extends z.ZodType>(schema: T) =>
  ({ body: { content: { "application/json": { schema } }, required: true } }) as const;

/** A success with a body, and the problem that every route may answer. */
export const answers = <T extends z.ZodType>(schema: T, description: string) =>
  ({
    200: { description, content: { "application/json": { schema } } },
    default: { description: "What went wrong.", content: { "application/problem+json": { schema: problem } } },
  }) as const;

export const nothing = (description: string) =>
  ({
    204: { description },
    default: { description: "What went wrong.", content: { "application/problem+json": { schema: problem } } },
  }) as const;

/** `createRoute`, so that a route file imports one thing. */
export const route = <const R extends RouteConfig & { method: "get" | "post" | "put" | "patch" | "delete" }>(
  config: R,
) => createRoute(config);

/** A query, whose values are all text, as what a schema of the wire makes of it. */
export const coerced = <S extends z.ZodRawShape, T extends z.ZodType>(texts: S, schema: T) =>
  z.object(texts).transform((raw, ctx): z.output<T> => {
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) ctx.addIssue({ code: "custom", message: issue.message, path: issue.path });
    return z.NEVER;
  });
