import type * as z from "zod";
import { gatewayAnswer, limits, PROTOCOL_VERSION } from "../../protocol";
import { signAccessToken } from "../auth/access-token";
import { signedIn } from "../auth/authenticate";
import { answers, newRouter, route } from "../http/routing";

const issue = route({
  method: "get",
  path: "/v1/gateway",
  summary: "A token that opens sockets",
  middleware: signedIn,
  responses: answers(gatewayAnswer, "The token and what a socket needs to know."),
});

export const tokens = newRouter().openapi(issue, async (c) => {
  const caller = c.get("caller");
  const { token, expiresAt } = await signAccessToken(c.env.TOKEN_SECRET, caller);
  const body: z.infer<typeof gatewayAnswer> = {
    token,
    expiresAt,
    protocol: PROTOCOL_VERSION,
    heartbeatMs: limits.heartbeatMs,
    user: caller.user,
  };
  return c.json(body, 200, { "cache-control": "no-store" });
});
