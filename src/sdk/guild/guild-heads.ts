// Which messages are the newest in the large channels of guilds. The guild on screen has a socket,
// or polls in its place. The heads of the other guilds are loaded once a minute while the page is
// visible.
import { headsFrame, heardFrameList } from "../../protocol";
import type { Inbox } from "../inbox/inbox";
import { isFinal } from "../parley-error";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import { ReconnectingSocket } from "../transport/reconnecting-socket";
import type { TransportSelection } from "../transport/transport-selection";

/** How often the heads of the guilds are loaded that are not on screen. */
const REFRESH_MS = 60_000;
/** A guild without large channels is asked less often: each of so many times. */
const EMPTY_EVERY = 10;

/**
 * Whether a guild has large channels: `unknown` if its view was never asked for, `loading` while it
 * is being loaded.
 */
export type GuildSize = "unknown" | "loading" | "small" | "large";

interface HeadParts {
  environment: Environment;
  http: Http;
  transports: TransportSelection;
  inbox: Inbox;
  /** Returns the guilds of this person. */
  guilds(): readonly string[];
  sizeOf(guild: string): GuildSize;
  /** Called when heads of a guild arrived. */
  received(): void;
}

export class GuildHeads {
  readonly #parts: HeadParts;
  readonly #timer: Timer;
  #socket: { guild: string; connection: ReconnectingSocket } | null = null;
  /** The guild on screen; null for none, undefined before the first `show`. */
  #shown: string | null | undefined = undefined;
  #isConnected = false;
  /** For how many rounds a guild without large channels is not asked. */
  readonly #rests = new Map<string, number>();
  #refreshedAt = Number.NEGATIVE_INFINITY;
  /** Changes with the person and with each connection, so that late answers are ignored. */
  #run = Symbol();

  constructor(parts: HeadParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.environment.clock);
  }

  /**
   * Says which guild is on screen; null for none. From the first call on, the heads of the other
   * guilds are loaded once a minute.
   */
  show(guild: string | null): void {
    const before = this.#shown;
    this.#shown = guild;
    if (!this.#isConnected || before === guild) return;
    this.#follow();
    if (before === undefined) void this.#refresh();
  }

  /** Call this after each connection of the user socket to a server that has heads. */
  connected(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#follow();
    if (this.#shown !== undefined) void this.#refresh();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#run = Symbol();
    this.#timer.clear();
    this.#socket?.connection.stop();
    this.#socket = null;
  }

  /** The page is visible again, or the network is back. */
  retryNow(): void {
    this.#socket?.connection.retryNow();
    const { clock } = this.#parts.environment;
    const isDue = clock.now() - this.#refreshedAt >= REFRESH_MS;
    if (this.#isConnected && this.#shown !== undefined && isDue) void this.#refresh();
  }

  probe(): void {
    this.#socket?.connection.probe();
  }

  /** A guild was loaded, or changed: a channel may be large now, or this person came back. */
  guildChanged(guild: string): void {
    this.#rests.delete(guild);
    if (this.#isConnected && guild === this.#shown) this.#follow();
  }

  clear(): void {
    this.disconnected();
    this.#rests.clear();
    this.#refreshedAt = Number.NEGATIVE_INFINITY;
  }

  #follow(): void {
    const size = this.#shown ? this.#parts.sizeOf(this.#shown) : null;
    // While it is being loaded, an open socket stays.
    const isFollowed = size === "unknown" || size === "large" || (size === "loading" && this.#socket !== null);
    const guild = isFollowed ? (this.#shown ?? null) : null;
    if ((this.#socket?.guild ?? null) === guild) return;
    this.#socket?.connection.stop();
    this.#socket = null;
    if (guild === null) return;
    const { environment, transports } = this.#parts;
    const path = `/v1/guilds/${encodeURIComponent(guild)}/socket`;
    const connection = new ReconnectingSocket(environment, transports, path, {
      opened: () => {},
      received: (frame) => this.#take(guild, [frame]),
      lost: () => {},
      // The user socket says so too, or the person has left the guild.
      ended: () => {
        if (this.#socket?.connection === connection) this.#socket = null;
      },
    });
    this.#socket = { guild, connection };
    connection.start();
  }

  async #refresh(): Promise<void> {
    const { environment } = this.#parts;
    const run = this.#run;
    this.#timer.set(REFRESH_MS, () => void this.#refresh());
    if (environment.isPage && document.visibilityState === "hidden") return;
    this.#refreshedAt = environment.clock.now();
    for (const guild of this.#parts.guilds()) {
      if (run !== this.#run) return;
      if (guild !== this.#shown && !this.#isResting(guild)) await this.#load(guild, run);
    }
  }

  #isResting(guild: string): boolean {
    if (this.#parts.sizeOf(guild) === "small") return true;
    const left = this.#rests.get(guild) ?? 0;
    if (left > 0) this.#rests.set(guild, left - 1);
    return left > 0;
  }

  async #load(guild: string, run: symbol): Promise<void> {
    try {
      const { frames } = await this.#parts.http.get(`/v1/guilds/${encodeURIComponent(guild)}/events`, heardFrameList);
      if (run === this.#run) this.#take(guild, frames);
    } catch (error) {
      if (!isFinal(error)) this.#parts.environment.warn(`the heads of server ${guild} could not be loaded: ${error}`);
    }
  }

  /** Takes the frames of an answer or a socket. Only those with heads matter. */
  #take(guild: string, frames: readonly unknown[]): void {
    for (const raw of frames) {
      const frame = headsFrame.safeParse(raw).data;
      if (frame?.guild !== guild) continue;
      if (frame.complete && frame.heads.length === 0) this.#rests.set(guild, EMPTY_EVERY - 1);
      else this.#rests.delete(guild);
      this.#parts.inbox.addHeads(guild, frame.heads, frame.complete);
    }
    this.#parts.received();
  }
}
