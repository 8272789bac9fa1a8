// The newest messages of the large channels of guilds, and what is unread by them: the server
// counts only mentions there.
import type { ChannelHead, GuildId, GuildView, InboxRow } from "../../protocol";

interface KnownHead extends ChannelHead {
  guild: GuildId;
}

export class ChannelHeads {
  readonly #heads = new Map<string, KnownHead>();
  /** When this person joined each guild, and their roles. Messages before are not unread. */
  readonly #mine = new Map<GuildId, Pick<GuildView, "joinedAt" | "myRoles">>();

  /** Takes heads of a guild. `isComplete`: those that are missing are void. */
  add(guild: GuildId, heads: readonly ChannelHead[], isComplete: boolean): void {
    if (isComplete) {
      const listed = new Set(heads.map(({ channel }) => channel));
      for (const [channel, known] of this.#heads)
        if (known.guild === guild && !listed.has(channel)) this.#heads.delete(channel);
    }
    for (const head of heads) {
      const known = this.#heads.get(head.channel);
      const isOld =
        known &&
        (known.epochNumber > head.epochNumber ||
          (known.epochNumber === head.epochNumber && known.newest >= head.newest));
      if (!isOld) this.#heads.set(head.channel, { ...head, guild });
    }
  }

  setMine({ id, joinedAt, myRoles }: Pick<GuildView, "id" | "joinedAt" | "myRoles">): void {
    this.#mine.set(id, { joinedAt, myRoles });
  }

  delete(channel: string): void {
    this.#heads.delete(channel);
  }

  clear(): void {
    this.#heads.clear();
    this.#mine.clear();
  }

  /** Returns when the newest message of a channel was sent, by its head; 0 if there is none. */
  newestAt(channel: string): number {
    return this.#heads.get(channel)?.at ?? 0;
  }

  /** Whether a channel has messages that its row does not count. */
  isAhead({ channel, epochNumber, read }: Pick<InboxRow, "channel" | "epochNumber" | "read">): boolean {
    const head = this.#heads.get(channel);
    if (!head || head.newest === 0) return false;
    // Who never read the channel, or not in this epoch, has missed what came since they joined.
    if (read === 0 || head.epochNumber > epochNumber) return head.at > (this.#mine.get(head.guild)?.joinedAt ?? 0);
    return head.epochNumber === epochNumber && head.newest > read;
  }

  /** Whether a message that a row does not count mentions this person with others. */
  mentionsMe(row: Pick<InboxRow, "channel" | "epochNumber" | "read">): boolean {
    const head = this.#heads.get(row.channel);
    if (!head || !this.isAhead(row)) return false;
    const read = head.epochNumber === row.epochNumber ? row.read : 0;
    const ofRoles = (this.#mine.get(head.guild)?.myRoles ?? []).map((role) => head.roles?.[role] ?? 0);
    return Math.max(head.everyone ?? 0, ...ofRoles) > read;
  }

  /** Returns the guilds of unknown channels that are ahead of their rows. */
  guildsAhead(known: ReadonlyMap<string, unknown>, rowOf: (channel: string) => InboxRow): GuildId[] {
    const unknown = [...this.#heads.values()].filter(({ channel }) => !known.has(channel));
    return unknown.filter(({ channel }) => this.isAhead(rowOf(channel))).map(({ guild }) => guild);
  }
}
