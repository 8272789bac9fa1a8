// Commands of calls over HTTP, for channels whose socket is not open.
import { type CallAnswer, heardFrameList, hearServerFrame } from "../../protocol";
import type { CallRequest } from "../channel/channel-calls";
import { errorOf, ParleyError } from "../parley-error";
import { channelPath, type Http } from "../transport/http";

/** Resolves with the call that is on, null without one. Rejects with the server's refusal. */
export async function sendOverHttp(http: Http, channel: string, request: CallRequest): Promise<CallAnswer | null> {
  const body = { commands: [{ ...request, id: "1" }] };
  const { frames } = await http.sendWithRetry("POST", `${channelPath(channel)}/commands`, body, heardFrameList);
  for (const raw of frames) {
    const frame = hearServerFrame(JSON.stringify(raw));
    if (!frame.ok) continue;
    if (frame.value.type === "ack") return frame.value.call ?? null;
    if (frame.value.type === "error") throw errorOf(frame.value);
  }
  throw new ParleyError("internal", { detail: "The command of a call got no answer." });
}
