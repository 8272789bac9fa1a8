import type { FrameOf } from "../../protocol";
import { commandOf, type PollCursor, type PollQuery, type PollResult, type ReceivedFrame, textOf } from "./poll-cursor";

/**
 * Follows the inbox by polls. Only answers to an `inbox.sync` move the cursor of the session. What
 * later polls bring is passed on as live rows.
 */
export class InboxPollCursor implements PollCursor {
  #next: PollQuery | null = null;

  get next(): PollQuery | null {
    return this.#next;
  }

  begin(text: string): boolean {
    const command = commandOf(text);
    if (command.type !== "inbox.sync") return false;
    const { id, after } = command;
    this.#next = { id, query: { id, after: String(after) }, tag: null };
    return true;
  }

  clear(): void {
    this.#next = null;
  }

  take(received: readonly ReceivedFrame[], tag: string | null): PollResult {
    const before = this.#next;
    const isAnswer = before !== null && before.id !== null;
    let after = before?.query.after ?? "0";
    let isMore = false;
    const texts = received.flatMap(({ text, frame }) => {
      if (frame?.type === "hello") return [];
      if (frame?.type !== "inbox") return [text];
      after = String(frame.version ?? after);
      isMore = frame.more;
      return isAnswer ? [text] : liveOf(frame);
    });
    // After a page with more to come, the session itself asks for the next one.
    this.#next = isAnswer && isMore ? null : { id: null, query: { after }, tag };
    return { kind: "frames", texts, isMore: !isAnswer && isMore };
  }
}

function liveOf({ rows, gone, drafts, mutes, levels, presence, notifications }: FrameOf<"inbox">): string[] {
  const isNews = [rows, gone, drafts, mutes, levels].some((news) => news && news.length > 0);
  if (!isNews && presence === undefined && notifications === undefined) return [];
  return [textOf({ type: "inbox", rows, gone, drafts, mutes, levels, presence, notifications, more: false })];
}
