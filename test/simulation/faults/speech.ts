// What people say: mostly messages, and every other kind of change to messages that are there.
import type { Event } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { Dice } from "./dice.ts";

type Unnamed<C> = C extends unknown ? Omit<C, "nonce" | "epoch" | "after"> : never;
export type Change = Unnamed<ComposedCommand>;

/** How far back people point, and how many pins they leave: the limit of the wire is not what is tested here. */
const RECENT = 80;
const PINS = 30;

const emojis = ["👍", "🎉", "❤️", "😂", "👀", "🚀"];
const words =
  'a log is what happened and a cursor is how far somebody has read of it 안녕하세요 반갑습니다 naïve "quoted" \\ 🦜'.split(
    " ",
  );

const weights = {
  "message.send": 84,
  "message.edit": 4,
  "message.delete": 3,
  "reaction.add": 4,
  "reaction.remove": 1,
  "message.pin": 1,
  "message.unpin": 1,
  "thread.follow": 1,
  "thread.unfollow": 1,
} satisfies Record<Change["type"], number>;

/** The messages of a channel that people still talk about. */
export class Talk {
  #recent: { seq: number; author: string; isRoot: boolean }[] = [];
  #pinned: number[] = [];
  #head = 0;

  /** Told by every listener; the first one counts. */
  heard({ seq, type, actor, data }: Event): void {
    if (seq <= this.#head) return;
    this.#head = seq;
    if (type === "message.sent") this.#recent.push({ seq, author: actor, isRoot: data.thread === null });
    if (type === "message.deleted") this.#recent = this.#recent.filter((message) => message.seq !== data.target);
    if (type === "message.pinned") this.#pinned.push(data.target);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  /** The next thing somebody asks for. */
  next(author: string, dice: Dice): Change {
    const type = dice.weighted(weights);
    const any = this.#recent.length > 0 ? dice.pick(this.#recent) : null;
    const mine = this.#recent.filter((message) => message.author === author);
    const own = mine.length > 0 ? dice.pick(mine) : null;
    if (any === null || own === null || type === "message.send") return this.#send(dice);
    if (type === "message.edit") return { type, seq: own.seq, text: textOf(dice) };
    if (type === "message.delete") return { type, seq: own.seq };
    if (type === "reaction.add" || type === "reaction.remove") return { type, seq: any.seq, emoji: dice.pick(emojis) };
    if (type === "message.unpin" || (type === "message.pin" && this.#pinned.length >= PINS)) {
      return { type: "message.unpin", seq: this.#pinned.shift() ?? any.seq };
    }
    if (type === "message.pin") return { type, seq: any.seq };
    return any.isRoot ? { type, seq: any.seq } : this.#send(dice);
  }

  #send(dice: Dice): Change {
    const text = textOf(dice);
    const about = dice.chance(0.1) && this.#recent.length > 0 ? dice.pick(this.#recent) : null;
    if (about === null) return { type: "message.send", text };
    return about.isRoot && dice.chance(0.5)
      ? { type: "message.send", text, thread: about.seq }
      : { type: "message.send", text, replyTo: about.seq };
  }
}

/** Mostly a line, sometimes a page: pages make resuming take more than one step. */
function textOf(dice: Dice): string {
  const length = dice.chance(0.01) ? 1_500 : dice.chance(0.2) ? 100 : dice.between(2, 12);
  return Array.from({ length }, () => dice.pick(words)).join(" ");
}
