// How a call begins on this page.
import type { ActiveCall, CallOptions, RingingCall } from "../../sdk";
import { client } from "../app/client";
import { applyCallPreferences } from "./call-stage";

/** Opens the preview of a call. */
export function prepareCall(channel: string, options: CallOptions): Promise<ActiveCall> {
  applyCallPreferences();
  return client.calls.prepare(channel, options);
}

export function acceptCall(ringing: Pick<RingingCall, "channel" | "call">, options: CallOptions): Promise<ActiveCall> {
  applyCallPreferences();
  return client.calls.accept(ringing, options);
}
