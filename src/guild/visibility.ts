// Who may view which channels of the guild. What is known belongs to one revision of the guild. A
// channel names with its head the revision that it has. A newer one makes the object ask the
// directory again, so that no head reaches a person who lost the view of its channel before it.
import type { GuildVisibility, VisibilityDirectory } from "../domain/channel-heads";
import type { ChannelId, GuildId, UserId } from "../protocol";

/** The most people whose channels are kept in memory: the sockets of a large guild, and polls. */
const KNOWN_MAX = 10_000;

export class Visibility {
  #revision = -1;
  /** What each person may view; null for those who are no members. Bound: `KNOWN_MAX` people. */
  readonly #viewable = new Map<UserId, ReadonlySet<ChannelId> | null>();

  /** `onRead`: called with what the directory answered. */
  constructor(
    private readonly directory: VisibilityDirectory,
    private readonly onRead: (read: Pick<GuildVisibility, "revision" | "channels">) => void,
  ) {}

  /** The revision of the guild to which the answers belong. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Returns the channels that a person may view; null for a person who is no member, undefined if
   * it is not known.
   */
  of(user: UserId): ReadonlySet<ChannelId> | null | undefined {
    return this.#viewable.get(user);
  }

  /** Reads what these people may view now. Throws if the directory does not answer. */
  async read(guild: GuildId, users: readonly UserId[]): Promise<void> {
    const found = await this.directory.findVisibility(guild, users);
    const revision = found?.revision ?? Number.MAX_SAFE_INTEGER;
    // Another request was answered with something newer.
    if (revision < this.#revision) return;
    if (revision > this.#revision) this.#viewable.clear();
    this.#revision = revision;
    for (const user of users) this.#set(user, found?.viewable.get(user) ?? null);
    this.onRead({ revision, channels: found?.channels ?? new Set() });
  }

  #set(user: UserId, viewable: ReadonlySet<ChannelId> | null): void {
    this.#viewable.delete(user);
    this.#viewable.set(user, viewable);
    for (const oldest of this.#viewable.keys()) {
      if (this.#viewable.size <= KNOWN_MAX) break;
      this.#viewable.delete(oldest);
    }
  }
}
