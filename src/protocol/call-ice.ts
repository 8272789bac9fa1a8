// The servers through which the peers of a call find a way to each other. The bodies of HTTP
// requests and answers.
import * as z from "zod";
import { channelId, time } from "./ids";

/** For a member who joins a call of the channel or is in it. */
export const requestIce = z.object({ channel: channelId }).meta({ id: "RequestIce" });

/** An `RTCIceServer`. */
export const iceServer = z
  .object({
    urls: z.array(z.string()).min(1),
    username: z.string().optional(),
    credential: z.string().optional(),
  })
  .meta({ id: "IceServer" });

/** What an `RTCPeerConnection` is made with. */
export const iceAnswer = z
  .object({
    iceServers: z.array(iceServer),
    /**
     * When the credentials expire. The client asks again before, and restarts ICE with the new
     * ones. Null if there are none.
     */
    expiresAt: time.nullable(),
    /** Whether there is a relay (TURN). Without one some networks cannot connect. */
    relay: z.boolean(),
    /**
     * The policy for a person who has not chosen one: `relay` hides their address from people with
     * whom they share only this channel.
     */
    policy: z.enum(["all", "relay"]),
  })
  .meta({ id: "IceAnswer" });

export type RequestIce = z.infer<typeof requestIce>;
export type IceServer = z.infer<typeof iceServer>;
export type IceAnswer = z.infer<typeof iceAnswer>;
