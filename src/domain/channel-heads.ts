// The heads of the large channels of a guild: what a channel tells its guild object, and what the
// guild object answers.
import type { ChannelHead, ChannelId, GuildId, GuildPoll, UserId } from "../protocol";
import type { Caller, EndedSessions, PolledFrames, PollRequest } from "./ports";

/** `revision`: the revision of the guild that the channel has. */
export interface HeadReport extends ChannelHead {
  revision: number;
}

/** What the guild object answers to a report. */
export interface HeadReceipt {
  /** Whether the head is stored. Otherwise the channel repeats it. */
  isSaved: boolean;
  /** After how many milliseconds a repeated report will be stored. 0 if the head is stored. */
  repeatAfterMs: number;
  /** Whether a device follows the heads of the guild. */
  isHeard: boolean;
}

/** Which channels of a guild people may view, at one revision of the guild. */
export interface GuildVisibility {
  revision: number;
  /** The channels of the guild. */
  channels: ReadonlySet<ChannelId>;
  /** Those that each member may view. A person who is no member is missing. */
  viewable: ReadonlyMap<UserId, ReadonlySet<ChannelId>>;
}

export interface VisibilityDirectory {
  /** Returns what these people may view; null if the guild does not exist. */
  findVisibility(guild: GuildId, users: readonly UserId[]): Promise<GuildVisibility | null>;
}

/** A guild object: it keeps the heads, and sends them to the devices that show the guild. */
export interface GuildPort {
  report(guild: GuildId, report: HeadReport): Promise<HeadReceipt>;
  /** Returns the heads that the caller may see. Holds the poll while they do not change. */
  poll(guild: GuildId, caller: Caller, request: PollRequest<GuildPoll>): PolledFrames;
  /** Closes the sockets of ended sessions, and refuses their access tokens. */
  endSessions(ended: EndedSessions): Promise<void>;
  /** Deletes what is stored of an erased guild. */
  erase(): Promise<void>;
}

type HeadOrder = Pick<ChannelHead, "epochNumber" | "newest">;

/** Whether a head is newer than the one that is known. */
export const isNewerHead = (known: HeadOrder | null, next: HeadOrder): boolean =>
  known === null ||
  (next.epochNumber !== known.epochNumber ? next.epochNumber > known.epochNumber : next.newest > known.newest);
