import type { ChannelHandle } from "../channel/handle";
import { Cell } from "../store";
import type { Inbox } from "./inbox";
import type { FormerChannel } from "./views";

/**
 * The channels that this person is no longer a member of and whose messages could not be sent. They
 * are in no list of the server, so this one leads to their texts.
 */
export class FormerChannels extends Cell<readonly FormerChannel[]> {
  readonly #handles: Iterable<ChannelHandle>;
  readonly #inbox: Inbox;

  constructor(handles: Iterable<ChannelHandle>, inbox: Inbox) {
    super([]);
    this.#handles = handles;
    this.#inbox = inbox;
    inbox.entries.subscribe(() => this.renew());
  }

  /** Call it when a channel has other refused texts. */
  renew(): void {
    const isListed = this.#inbox.entries.get() !== null;
    const next = isListed ? [...this.#handles].flatMap((handle) => this.#formerOf(handle)) : [];
    const isSame = ({ id, name, unsent }: FormerChannel, index: number) => {
      const before = this.get()[index];
      return before?.id === id && before.name === name && before.unsent === unsent;
    };
    if (next.length !== this.get().length || !next.every(isSame)) this.set(next);
  }

  #formerOf({ id, refused }: ChannelHandle): FormerChannel[] {
    if (refused.length === 0 || this.#inbox.knows(id)) return [];
    return [
      {
        id,
        name: refused.findLast(({ channelName }) => channelName !== "")?.channelName ?? "",
        unsent: refused.length,
      },
    ];
  }
}
