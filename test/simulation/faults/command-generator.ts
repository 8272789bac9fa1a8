// What people say: mostly messages, and every other kind of change to messages that are there.
import type { Event } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";

type Unnamed<C> = C extends unknown ? Omit<C, "nonce" | "epoch" | "after"> : never;
export type NewCommand = Unnamed<ComposedCommand>;

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
} satisfies Record<NewCommand["type"], number>;

/** The messages of a channel that people still talk about. */
export class CommandGenerator {
  #recent: { seq: number; author: string; isRoot: boolean }[] = [];
  #pinned: number[] = [];
  #head = 0;

  /** Told by every listener; the first one counts. */
  received({ seq, type, actor, data }: Event): void {
    if (seq <= this.#head) return;
    this.#head = seq;
    if (type === "message.sent") this.#recent.push({ seq, author: actor, isRoot: data.thread === null });
    if (type === "message.deleted") this.#recent = this.#recent.filter((message) => message.seq !== data.target);
    if (type === "message.pinned") this.#pinned.push(data.target);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  /** The next thing somebody asks for. */
  next(author: string, random: SeededRandom): NewCommand {
    const type = random.weighted(weights);
    const any = this.#recent.length > 0 ? random.pick(this.#recent) : null;
    const mine = this.#recent.filter((message) => message.author === author);
    const own = mine.length > 0 ? random.pick(mine) : null;
    if (any === null || own === null || type === "message.send") return this.#send(random);
    if (type === "message.edit") return { type, seq: own.seq, text: textOf(random) };
    if (type === "message.delete") return { type, seq: own.seq };
    if (type === "reaction.add" || type === "reaction.remove")
      return { type, seq: any.seq, emoji: random.pick(emojis) };
    if (type === "message.unpin" || (type === "message.pin" && this.#pinned.length >= PINS)) {
      return { type: "message.unpin", seq: this.#pinned.shift() ?? any.seq };
    }
    if (type === "message.pin") return { type, seq: any.seq };
    return any.isRoot ? { type, seq: any.seq } : this.#send(random);
  }

  #send(random: SeededRandom): NewCommand {
    const text = textOf(random);
    const about = random.chance(0.1) && this.#recent.length > 0 ? random.pick(this.#recent) : null;
    if (about === null) return { type: "message.send", text };
    return about.isRoot && random.chance(0.5)
      ? { type: "message.send", text, thread: about.seq }
      : { type: "message.send", text, replyTo: about.seq };
  }
}

/** Mostly a line, sometimes a page: pages make resuming take more than one step. */
function textOf(random: SeededRandom): string {
  const length = random.chance(0.01) ? 1_500 : random.chance(0.2) ? 100 : random.between(2, 12);
  return Array.from({ length }, () => random.pick(words)).join(" ");
}
