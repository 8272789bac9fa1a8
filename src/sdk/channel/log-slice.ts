import type { Message, PageQuery } from "../../protocol";
import { indexOf, type LogWindow } from "./log-window";

/** Something of a channel that is loaded beside other things: what stands on the channel itself, a thread, or one message. */
export class LogSlice {
  readonly name: string;
  /** What loads it anew. */
  readonly newest: Partial<PageQuery>;
  /** Whether messages are appended to it. */
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

/** What stands on the channel itself. */
export const channelSlice = () => new LogSlice("channel", {}, true);

/** The replies of a thread. */
export const threadSlice = (root: number) => new LogSlice(`thread ${root}`, { thread: root }, true);

/** One message of the channel itself: the newest before the seq that follows its own. */
export const messageSlice = (seq: number) => new LogSlice(`message ${seq}`, { before: seq + 1, limit: 1 }, false);
