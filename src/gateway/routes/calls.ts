// The servers of calls. The channel admits the caller, and charges the request.
import { sharesOtherPlace } from "../../directory/people";
import { unwrap } from "../../domain/error";
import { type IceAnswer, iceAnswer, requestIce } from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller, signedIn } from "../auth/authenticate";
import { answers, json, newRouter, route } from "../http/router";
import { iceServersFor } from "../operations/ice-servers";

const ice = route({
  method: "post",
  path: "/v1/calls/ice",
  operationId: "getIceServers",
  summary: "Get the ICE servers for a call of a channel that you are in or join",
  middleware: provenCaller,
  request: json(requestIce),
  responses: answers(iceAnswer, "The servers, with credentials that expire."),
});
const iceTest = route({
  method: "post",
  path: "/v1/calls/ice-test",
  operationId: "getIceServersForTest",
  summary: "Get the ICE servers to test your connection",
  middleware: signedIn,
  responses: answers(iceAnswer, "The servers, with credentials that expire."),
});

export const calls = newRouter()
  .openapi(ice, async (c) => {
    const { channel } = c.req.valid("json");
    const caller = c.get("caller");
    const admit = async () => c.env.CHANNELS.getByName(channel).admitToCall(caller);
    const { peer } = unwrap(await retry(admit));
    const servers = await iceServersFor(c.env, caller.user, c.get("now"));
    const isStranger =
      servers.relay && peer !== null && !(await sharesOtherPlace(c.get("db"), caller.user, peer, channel));
    const body: IceAnswer = { ...servers, policy: isStranger ? "relay" : "all" };
    return c.json(body, 200);
  })
  .openapi(iceTest, async (c) => {
    const body: IceAnswer = { ...(await iceServersFor(c.env, c.get("caller").user, c.get("now"))), policy: "all" };
    return c.json(body, 200);
  });
