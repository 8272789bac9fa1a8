import * as z from "zod";
import { PROTOCOL_VERSION } from "../../protocol";
import { answers, newRouter, route } from "../http/routing";

const health = route({
  method: "get",
  path: "/healthz",
  summary: "Whether this Worker answers",
  responses: answers(z.object({ ok: z.literal(true), protocol: z.int() }), "It does."),
});

export const service = newRouter().openapi(health, (c) =>
  c.json({ ok: true as const, protocol: PROTOCOL_VERSION }, 200),
);
