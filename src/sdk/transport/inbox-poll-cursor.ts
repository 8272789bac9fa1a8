import type { FrameOf } from "../../protocol";
import { commandOf, type Heard, type Polls, type Question, type Taken, textOf } from "./poll-cursor";

/** Following the inbox by polls. Only answers to an `inbox.sync` move the device's cursor; what comes afterwards is passed on as live rows. */
export class InboxPolls implements Polls {
  #question: Question | null = null;

  get question(): Question | null {
    return this.#question;
  }

  asks(text: string): boolean {
    const command = commandOf(text);
    if (command.type !== "inbox.sync") return false;
    const { id, after } = command;
    this.#question = { id, query: { id, after: String(after) }, tag: null };
    return true;
  }

  drop(): void {
    this.#question = null;
  }

  take(heard: readonly Heard[], tag: string | null): Taken {
    const before = this.#question;
    const isAsked = before !== null && before.id !== null;
    let after = before?.query.after ?? "0";
    let isMore = false;
    const texts = heard.flatMap(({ text, frame }) => {
      if (frame?.type === "hello") return [];
      if (frame?.type !== "inbox") return [text];
      after = String(frame.version ?? after);
      isMore = frame.more;
      return isAsked ? [text] : liveOf(frame);
    });
    // Whoever asked asks for the next page.
    this.#question = isAsked && isMore ? null : { id: null, query: { after }, tag };
    return { kind: "frames", texts, isMore: !isAsked && isMore };
  }
}

function liveOf({ rows, gone, drafts, mutes, levels, presence, notifications }: FrameOf<"inbox">): string[] {
  const isNews = [rows, gone, drafts, mutes, levels].some((news) => news && news.length > 0);
  if (!isNews && presence === undefined && notifications === undefined) return [];
  return [textOf({ type: "inbox", rows, gone, drafts, mutes, levels, presence, notifications, more: false })];
}
