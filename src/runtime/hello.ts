import { type FrameOf, limits, PROTOCOL_VERSION, type Rate } from "../protocol";

/** The first frame of a connection; `rate` is what its commands are held to. */
export const helloFrame = (user: string, rate: Rate, at: number): FrameOf<"hello"> => ({
  type: "hello",
  protocol: PROTOCOL_VERSION,
  user,
  heartbeatMs: limits.heartbeatMs,
  rate,
  at,
});
