// Answers what a client needs before it connects: whether the server answers, and the token and
// numbers that opening a socket needs, with what the server says of itself.
import * as z from "zod";
import { gatewayAnswer, limits, PROTOCOL_VERSION } from "../../protocol";
import { signAccessToken } from "../auth/access-token";
import { signedIn } from "../auth/authenticate";
import { answers, newRouter, route } from "../http/router";
import { serverInfoOf } from "../operations/server-info";

const health = route({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  summary: "Check that the server answers",
  responses: answers(z.object({ ok: z.literal(true), protocol: z.int() }), "The server answers."),
});
const connect = route({
  method: "get",
  path: "/v1/gateway",
  operationId: "getGateway",
  summary: "Get an access token for sockets, and what the server offers",
  middleware: signedIn,
  responses: answers(
    gatewayAnswer,
    "The token, what a client needs to open a socket, and what the server says of itself.",
  ),
});

export const gateway = newRouter()
  .openapi(health, (c) => c.json({ ok: true as const, protocol: PROTOCOL_VERSION }, 200))
  .openapi(connect, async (c) => {
    const caller = c.get("caller");
    const { token, expiresAt } = await signAccessToken(c.env.TOKEN_SECRET, caller);
    const body: z.infer<typeof gatewayAnswer> = {
      token,
      expiresAt,
      protocol: PROTOCOL_VERSION,
      heartbeatMs: limits.heartbeatMs,
      user: caller.user,
      server: serverInfoOf(c),
    };
    return c.json(body, 200);
  });
