import type { Message, PageQuery } from "../../protocol";
import { indexOf, type LogWindow } from "./log-window";

/**
 * A part of the log that is loaded and kept up to date by itself: the messages outside threads, the
 * replies of one thread, or a single message.
 */
export class LogSlice {
  readonly name: string;
  /** The query that loads its newest page. */
  readonly newest: Partial<PageQuery>;
  /** Whether new messages are appended to it. */
  readonly isGrowing: boolean;
  window: LogWindow | null = null;

  constructor(name: string, newest: Partial<PageQuery>, isGrowing: boolean) {
    this.name = name;
    this.newest = newest;
    this.isGrowing = isGrowing;
  }

  get thread(): number | null {
    return this.newest.thread ?? null;
  }

  message(seq: number): Message | undefined {
    const messages = this.window?.messages ?? [];
    return messages[indexOf(messages, seq)];
  }
}

/** Returns the slice of the messages outside threads. */
export const channelSlice = () => new LogSlice("channel", {}, true);

/** Returns the slice of the replies of a thread. */
export const threadSlice = (root: number) => new LogSlice(`thread ${root}`, { thread: root }, true);

/** Returns the slice of a single message: the newest one before the seq after its own. */
export const messageSlice = (seq: number) => new LogSlice(`message ${seq}`, { before: seq + 1, limit: 1 }, false);
