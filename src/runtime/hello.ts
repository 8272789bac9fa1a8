import { type FrameOf, limits, PROTOCOL_VERSION, type Rate } from "../protocol";

/** Returns the first frame of a connection. `rate` is the rate of its commands. */
export const helloFrame = (user: string, rate: Rate, at: number): FrameOf<"hello"> => ({
  type: "hello",
  protocol: PROTOCOL_VERSION,
  user,
  heartbeatMs: limits.heartbeatMs,
  rate,
  at,
});
