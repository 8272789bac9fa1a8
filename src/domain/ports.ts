// How the actors meet. Objects call each other only through these interfaces; nobody imports another's class.
import type {
  Appended,
  ChannelPoll,
  InboxPoll,
  InboxRow,
  Message,
  Page,
  PageQuery,
  ServerFrame,
  SessionId,
  UserId,
} from "../protocol";
import type { Answer } from "./error";
import type { Composed, Uncursored } from "./log";
import type { Roster } from "./roster";

/** Who is asking, proven by the gateway. `issuedAt` is when the proof was made: epoch milliseconds. */
export interface Caller {
  user: UserId;
  session: SessionId;
  issuedAt: number;
}

/**
 * How a command is told from a repeat of it: as on a socket, by a key that only the channel's own table knows, or not at all where a
 * repeat does no harm.
 */
export type Named =
  | { by: "nonce"; command: Composed }
  | { by: "key"; key: string; command: Uncursored }
  | { by: "itself"; command: Uncursored };

export interface Version {
  text: string;
  /** The entry that made it. */
  version: number;
  at: number;
}

/** A question over HTTP; `known` is the tag of the answer the poller has, null where it has none. */
export interface Poll<Q> {
  query: Q;
  known: string | null;
}

/** Its answer: what a socket would have brought, and the tag of the state it leads to. */
export interface Polled {
  tag: string;
  frames: ServerFrame[];
}

export interface ChannelPort {
  /** Takes a roster from the directory; the first one makes the log. Answers the revision the channel holds. */
  applyRoster(roster: Roster): Promise<Answer<number>>;
  append(caller: Caller, named: Named): Promise<Answer<Appended>>;
  /** Commands as on a socket, in their order; one answer each, in that order. */
  perform(caller: Caller, commands: unknown[]): Promise<Answer<ServerFrame[]>>;
  /** What follows a position; held for `wait` while there is nothing the poller does not know, and then null. */
  poll(caller: Caller, asked: Poll<ChannelPoll>): Promise<Answer<Polled | null>>;
  page(caller: Caller, query: PageQuery): Promise<Answer<Page>>;
  /** What a message said before it was edited, oldest first. */
  versions(caller: Caller, seq: number): Promise<Answer<Version[]>>;
  /** Pinned messages, oldest pin first. */
  pins(caller: Caller): Promise<Answer<Message[]>>;
  message(caller: Caller, seq: number): Promise<Answer<Message>>;
  markRead(caller: Caller, seq: number): Promise<Answer<number>>;
  markUnread(caller: Caller, seq: number): Promise<Answer<number>>;
  /** Puts the stored state back to that time and forgets the memory. The next roster must begin another life. */
  restore(at: number): Promise<Answer<null>>;
  /** The user is online: signals are due again. Answers the row of their inbox, or `not_found` for a non-member. */
  wake(user: UserId): Promise<Answer<InboxRow>>;
}

export interface UserPort {
  /**
   * A channel moved on. `asleep`: no device is connected, and the next one to connect will ask. `held`: a poll was answered, and whether its
   * device is still there only its next one tells.
   */
  deliver(row: InboxRow): Promise<"awake" | "held" | "asleep">;
  /** As `ChannelPort.poll`, of the inbox. */
  poll(caller: Caller, asked: Poll<InboxPoll>): Promise<Answer<Polled | null>>;
  /** They are no longer in the channel: it leaves their inbox. */
  drop(channel: string): Promise<void>;
  /** Closes the sockets of ended sessions and refuses tokens issued at or before `tokensFrom`. */
  endSessions(tokensFrom: number, sessions: SessionId[]): Promise<void>;
}
