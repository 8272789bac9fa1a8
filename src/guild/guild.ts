// The parts of a guild object, and what is asked of them: reports of channels, sockets and polls of
// members, and ends of sessions.
import { createHash } from "node:crypto";
import type { GuildVisibility, HeadReceipt, HeadReport, VisibilityDirectory } from "../domain/channel-heads";
import { ChatError, unwrap } from "../domain/error";
import type { Caller, ChannelsPort, EndedSessions, PollAnswer, PollRequest } from "../domain/ports";
import { tuning } from "../domain/tuning";
import type { Rates } from "../protocol";
import {
  type ChannelId,
  closeCodes,
  encodeFrame,
  type FrameOf,
  type GuildId,
  type GuildPoll,
  limits,
} from "../protocol";
import { HeldPolls } from "../runtime/held-polls";
import { helloFrame } from "../runtime/hello";
import type { Opener } from "../runtime/identity";
import { logWarning } from "../runtime/logger";
import { runParallel } from "../runtime/parallel";
import { refusalResponse, type SocketIndex, upgradeResponse } from "../runtime/sockets";
import { TokenBuckets } from "../runtime/token-buckets";
import { HeadBroadcast } from "./head-broadcast";
import { Heads } from "./heads";
import { SessionCutoffs } from "./session-cutoffs";
import type { GuildSocketState } from "./socket-state";
import { Visibility } from "./visibility";

/** How long a poll counts as somebody who follows the heads: plain polls come every few seconds. */
const POLL_HEARD_MS = 5_000;

interface GuildEnvironment {
  sql: SqlStorage;
  sockets: SocketIndex<GuildSocketState>;
  directory: VisibilityDirectory;
  channels: ChannelsPort;
  rates: Rates;
  now(): number;
}

export class Guild {
  readonly #heads: Heads;
  readonly #visibility: Visibility;
  readonly #broadcast: HeadBroadcast;
  readonly #heldPolls = new HeldPolls<true>(limits.socketsPerUser);
  readonly #cutoffs = new SessionCutoffs();
  readonly #upgrades: TokenBuckets;
  readonly #polls: TokenBuckets;
  #heardUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly environment: GuildEnvironment) {
    const { sql, sockets, directory, rates, now } = environment;
    this.#heads = new Heads(sql);
    const onRead = ({ channels, revision }: Pick<GuildVisibility, "channels" | "revision">) =>
      this.#heads.keepOnly(channels, revision);
    this.#visibility = new Visibility(directory, onRead);
    const { heldPolls, ...parts } = { heads: this.#heads, visibility: this.#visibility, heldPolls: this.#heldPolls };
    this.#broadcast = new HeadBroadcast({ ...parts, heldPolls, sockets, now });
    this.#upgrades = new TokenBuckets(rates.upgrade);
    this.#polls = new TokenBuckets(rates.ask);
  }

  /** Takes the head of a channel. Stores it now if the last write is long enough ago. */
  report(guild: GuildId, report: HeadReport): HeadReceipt {
    const now = this.environment.now();
    const isHeard = this.#isHeard(now);
    if (this.#heads.take(report, now) && isHeard) this.#broadcast.onChanged(guild, report);
    this.#heads.saveDue(now);
    const repeatAfterMs = this.#heads.untilSaved(report.channel, now);
    return { isSaved: repeatAfterMs === 0, repeatAfterMs, isHeard };
  }

  /** Opens a socket for a member, and sends all heads. Refuses everyone else with a close code. */
  async open(guild: GuildId, opener: Opener): Promise<Response> {
    const { sockets, now } = this.environment;
    const { user } = opener;
    if (!this.#upgrades.tryTake(user, now())) return refusalResponse(closeCodes.rateLimited);
    if (sockets.isBacklogFull(user)) return refusalResponse(closeCodes.tooSlow);
    await this.#visibility.read(guild, [user]);
    if (this.#cutoffs.refuses(opener)) return refusalResponse(closeCodes.tokenStale);
    const viewable = this.#visibility.of(user);
    // The guild changed while it was read.
    if (viewable === undefined) return refusalResponse(closeCodes.restarted);
    if (viewable === null) return refusalResponse(closeCodes.removed);
    this.#beginToListen();
    const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    const connected = sockets.accept(server, { ...opener, connectedAt: now(), guild });
    for (const frame of [helloFrame(user, this.#polls.rate, now()), this.#all(guild, viewable)])
      sockets.send(connected, encodeFrame(frame), now());
    return upgradeResponse(client);
  }

  /**
   * Answers a poll. Returns null if no head changed within `wait`. Throws `not_found` for a person
   * who is no member, and `token_expired` if the session ended meanwhile.
   */
  async poll(guild: GuildId, caller: Caller, { query, knownTag }: PollRequest<GuildPoll>): Promise<PollAnswer | null> {
    const { now } = this.environment;
    const { user } = caller;
    this.#polls.take(user, now());
    const until = now() + query.wait;
    // A poll without a tag asks once, as clients do for guilds that are not on screen.
    if (knownTag !== null) this.#beginToListen();
    if (knownTag !== null) this.#heardUntil = now() + POLL_HEARD_MS;
    let isOld = true;
    for (;;) {
      if (isOld) await this.#visibility.read(guild, [user]);
      if (this.#cutoffs.refuses(caller)) throw new ChatError("token_expired");
      const viewable = this.#visibility.of(user);
      if (!viewable) throw new ChatError(viewable === null ? "not_found" : "temporary");
      const frame = this.#all(guild, viewable);
      const tag = `"${createHash("sha256").update(JSON.stringify(frame.heads)).digest("base64url").slice(0, 22)}"`;
      if (tag !== knownTag)
        return { tag, frames: [...(knownTag === null ? [helloFrame(user, this.#polls.rate, now())] : []), frame] };
      const leftMs = until - now();
      if (leftMs <= 0 || (await this.#heldPolls.hold(user, leftMs).update) === null) return null;
      isOld = this.#visibility.of(user) === undefined || this.#visibility.revision < this.#broadcast.revision;
    }
  }

  endSessions(ended: EndedSessions): void {
    this.#cutoffs.add(ended);
    this.environment.sockets.closeEnded(ended);
    // A held poll then checks its access token again.
    this.#heldPolls.answerUser(ended.user, true);
  }

  /**
   * Asks the channels that reported while nobody followed the guild, because they would wait up to
   * a minute before they report again. Call it before the first device follows.
   */
  #beginToListen(): void {
    const { channels, now } = this.environment;
    if (this.#isHeard(now())) return;
    const recent = this.#heads.reportedSince(now() - tuning.unheardHeadMs);
    void runParallel(recent, tuning.deliveryConcurrency, now() + tuning.deliveryAttemptMs, async (channel) => {
      try {
        unwrap(await channels.getByName(channel).reportHead());
      } catch (error) {
        // It reports within a minute.
        logWarning("guild.head-unasked", { channel, error: String(error) });
      }
    });
  }

  #all(guild: GuildId, viewable: ReadonlySet<ChannelId>): FrameOf<"heads"> {
    return { type: "heads", guild, heads: this.#heads.visible(viewable), complete: true };
  }

  #isHeard(now: number): boolean {
    return now < this.#heardUntil || !this.#heldPolls.isEmpty || !this.environment.sockets.isEmpty;
  }
}
