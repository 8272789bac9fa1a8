// What the parts of a channel report upward. A part knows neither its owner nor the other parts
// that act on a report: `ChannelSession` takes the reports of its parts, and `Client` takes those
// of its channels. Each handles every report in one place.
import type { FrameOf, HeardEvent, Page } from "../../protocol";
import type { ParleyError } from "../parley-error";

/** What a part of a channel reports to its session. */
export type PartReport =
  /** Something that a view shows may have changed. */
  | { type: "changed" }
  /** Events were applied to the log, in order and without a gap. */
  | { type: "events-applied"; events: readonly HeardEvent[] }
  /** All events up to the head are applied. */
  | { type: "joined"; ready: FrameOf<"ready"> }
  /** The local log was dropped. Its newest page has to be loaded again. */
  | { type: "log-reset" }
  /** This person requested a change, which waits to be sent. */
  | { type: "requested" }
  /** The texts that the server refused changed. */
  | { type: "texts-refused" }
  /** This person read the channel up to `seq`. */
  | { type: "read"; seq: number }
  /** This person set the channel to unread from `seq` on. */
  | { type: "set-unread"; seq: number }
  /** A page of the history was added to the log. */
  | { type: "page-taken"; page: Page }
  /** The server contradicts itself or the local log. Only a new connection helps. */
  | { type: "inconsistent"; reason: string }
  /** The server refused the subscription permanently. */
  | { type: "refused"; error: ParleyError };

/** What a channel reports to its client. */
export type ChannelReport =
  /** The program used the channel. */
  | { type: "used" }
  /** A reason to keep the channel's socket open may have ended. */
  | { type: "need-changed" }
  /** The server named the user. A client that was given only a token learns it this way. */
  | { type: "identified"; user: string }
  | { type: "events-applied"; events: readonly HeardEvent[] }
  /** The texts that the server refused changed. */
  | { type: "texts-refused" }
  /** This person read the channel up to `seq`. */
  | { type: "read"; seq: number }
  /** This person set the channel to unread from `seq` on. */
  | { type: "set-unread"; seq: number }
  /** The server no longer lets this client subscribe to the channel. */
  | { type: "subscription-ended" }
  | { type: "signed-out"; error: ParleyError };
