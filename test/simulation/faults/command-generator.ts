// Generates the commands of the clients: mostly messages, and every kind of change to existing
// messages.
import type { Event } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";

type Unnamed<C> = C extends unknown ? Omit<C, "nonce" | "epoch" | "after"> : never;
export type NewCommand = Unnamed<ComposedCommand>;

/**
 * How far back commands refer, and how many messages stay pinned: the limits of the wire are not
 * under test.
 */
const RECENT = 80;
const PINS = 30;

const emojis = ["👍", "🎉", "❤️", "😂", "👀", "🚀"];
const words =
  'a log is what happened and a cursor is how far a reader has come in it 안녕하세요 반갑습니다 naïve "quoted" \\ 🦜'.split(
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

/** Knows the recent messages of a channel, so that commands can refer to them. */
export class CommandGenerator {
  #recent: { seq: number; author: string; isRoot: boolean }[] = [];
  #pinned: number[] = [];
  #head = 0;

  /** Called by every client; the first call for a seq counts. */
  received({ seq, type, actor, data }: Event): void {
    if (seq <= this.#head) return;
    this.#head = seq;
    if (type === "message.sent") this.#recent.push({ seq, author: actor, isRoot: data.thread === null });
    if (type === "message.deleted") this.#recent = this.#recent.filter((message) => message.seq !== data.target);
    if (type === "message.pinned") this.#pinned.push(data.target);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  /** The next command of `author`. */
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

/** Mostly one line, sometimes a page: long texts make a resume take more than one page. */
function textOf(random: SeededRandom): string {
  const length = random.chance(0.01) ? 1_500 : random.chance(0.2) ? 100 : random.between(2, 12);
  return Array.from({ length }, () => random.pick(words)).join(" ");
}
