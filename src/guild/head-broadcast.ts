// Sends changed heads to the sockets of the guild, and ends its held polls. Heads of half a second
// go together, because a busy guild has many channels and many sockets. A frame is encoded once for
// all who may view the same channels.
import type { HeadReport } from "../domain/channel-heads";
import { type ChannelId, closeCodes, encodeFrame, type GuildId } from "../protocol";
import type { HeldPolls } from "../runtime/held-polls";
import { logError } from "../runtime/logger";
import type { SocketIndex } from "../runtime/sockets";
import { type Heads, headOf } from "./heads";
import type { GuildSocketState } from "./socket-state";
import type { Visibility } from "./visibility";

/** How long heads wait for others after a frame. The first one after a pause does not wait. */
const BATCH_MS = 500;
/** How often the directory is asked for one frame. */
const ATTEMPTS = 5;
/** How long heads wait for a directory that did not answer. */
const RETRY_MS = 2_000;

interface HeadBroadcastParts {
  heads: Heads;
  visibility: Visibility;
  sockets: SocketIndex<GuildSocketState>;
  heldPolls: HeldPolls<true>;
  now(): number;
}

export class HeadBroadcast {
  /** The channels whose head was not sent yet. Bound: `guildChannels`. */
  readonly #changed = new Set<ChannelId>();
  /** The revision of the guild of the newest head. */
  #revision = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** Whether the directory is asked. */
  #isSending = false;

  constructor(private readonly parts: HeadBroadcastParts) {}

  /** The revision of the guild that must be known before heads are shown to anybody. */
  get revision(): number {
    return this.#revision;
  }

  /** Sends a head soon. */
  onChanged(guild: GuildId, { channel, revision }: HeadReport): void {
    this.#revision = Math.max(this.#revision, revision);
    this.#changed.add(channel);
    const waitMs = BATCH_MS - (this.parts.now() - this.#sentAt);
    this.#sendAfter(guild, waitMs > BATCH_MS ? 0 : waitMs);
  }

  #sendAfter(guild: GuildId, waitMs: number): void {
    if (this.#isSending || this.#timer !== null) return;
    if (waitMs <= 0) {
      void this.#send(guild);
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#send(guild);
    }, waitMs);
  }

  async #send(guild: GuildId): Promise<void> {
    const { now } = this.parts;
    this.#isSending = true;
    let waitMs = BATCH_MS;
    try {
      await this.#learnVisibility(guild);
      this.#sendNow(guild);
      this.#sentAt = now();
    } catch (error) {
      logError("guild.visibility", error, { guild });
      waitMs = RETRY_MS;
    } finally {
      this.#isSending = false;
    }
    if (this.#changed.size > 0) this.#sendAfter(guild, waitMs);
  }

  /** Learns what everyone with a socket may view. A guild that changes meanwhile is read again. */
  async #learnVisibility(guild: GuildId): Promise<void> {
    const { visibility, sockets } = this.parts;
    for (let tries = 0; tries < ATTEMPTS; tries++) {
      const users = [...new Set(sockets.all().map(({ state }) => state.user))];
      const isOld = visibility.revision < this.#revision;
      const unknown = isOld ? users : users.filter((user) => visibility.of(user) === undefined);
      if (unknown.length === 0 && !isOld) return;
      await visibility.read(guild, unknown);
    }
    throw new Error("the guild changes faster than it can be read");
  }

  #sendNow(guild: GuildId): void {
    const { heads, visibility, sockets, heldPolls, now } = this.parts;
    const changed = heads.of(this.#changed);
    this.#changed.clear();
    /** Bound: the distinct sets of channels, for one call. */
    const frames = new Map<ReadonlySet<ChannelId>, string | null>();
    for (const connected of sockets.all()) {
      const viewable = visibility.of(connected.state.user);
      if (viewable === null) sockets.close(connected, closeCodes.removed, "no longer a member");
      if (!viewable) continue;
      let frame = frames.get(viewable);
      if (frame === undefined) {
        const seen = changed.filter(({ channel }) => viewable.has(channel)).map(headOf);
        frame = seen.length === 0 ? null : encodeFrame({ type: "heads", guild, heads: seen, complete: false });
        frames.set(viewable, frame);
      }
      if (frame !== null) sockets.send(connected, frame, now());
    }
    heldPolls.answerAll(true);
  }
}
