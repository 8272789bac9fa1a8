// What a program holds: one person's connection, inbox and channels. Everything that outlives a sign-out is made once, here.
import type { FrameOf, HeardEvent, Me, NotifyLevel, Profile, Role, SearchPage } from "../protocol";
import { Accounts } from "./account/accounts";
import { Groups, type NewGroup } from "./account/groups";
import { Push } from "./account/push";
import { type SearchRequest, search } from "./account/search";
import type { ChannelHandle } from "./channel/handle";
import { ChannelHandles } from "./channel/handles";
import type { ChannelHost } from "./channel/host";
import { isNotice } from "./channel/notices";
import { RecentChannels } from "./channel/recent-channels";
import { ChannelRecords } from "./inbox/channel-records";
import { ChannelSettings } from "./inbox/channel-settings";
import { Drafts } from "./inbox/drafts";
import { Inbox } from "./inbox/inbox";
import type { PresenceWatcher } from "./inbox/presence";
import { UserSession } from "./inbox/user-session";
import type { InboxEntry } from "./inbox/views";
import { type ClientOptions, environmentOf } from "./options";
import { unsentCommandsOf, memoryOutbox, type Outbox } from "./outbox/outbox";
import { watchPage } from "./page-events";
import { Cell, type Store } from "./store";
import { AccessTokens } from "./transport/access-tokens";
import type { ConnectionState } from "./transport/connection-state";
import type { Environment } from "./transport/environment";
import { Http } from "./transport/http";
import { Transports } from "./transport/transports";

export class Client {
  readonly accounts: Accounts;
  /** What I began to write, on all of my devices. */
  readonly drafts: Drafts;
  /** Who is there, of those on screen. */
  readonly presence: PresenceWatcher;
  /** Which of my devices are told what I miss. */
  readonly push: Push;
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #tokens: AccessTokens;
  readonly #transports: Transports;
  readonly #outbox: Outbox;
  readonly #me = new Cell<Me | null>(null);
  readonly me: Store<Me | null> = this.#me;
  readonly #inbox = new Inbox((id) => this.#handles.known(id)?.log ?? null);
  readonly #quietness: ChannelSettings;
  readonly #records: ChannelRecords;
  readonly #groups: Groups;
  readonly #session: UserSession;
  readonly #handles: ChannelHandles;
  readonly #recent: RecentChannels;
  #userId: string | null = null;
  #order = 0;
  #stopWatching: (() => void) | null = null;

  constructor(options: ClientOptions) {
    this.#environment = environmentOf(options);
    this.#http = new Http(this.#environment, options.token ?? null);
    this.#tokens = new AccessTokens(this.#http, this.#environment.clock);
    this.#transports = new Transports(this.#environment, this.#tokens);
    this.#recent = new RecentChannels(this.#transports);
    this.#outbox = options.outbox ?? memoryOutbox();
    this.accounts = new Accounts(this.#http, this.#environment, {
      became: (me) => this.#became(me),
      left: () => this.#forget(),
      found: (profile) => this.#inbox.remember(profile),
    });
    this.drafts = new Drafts(this.#environment, this.#http);
    this.push = new Push(this.#http);
    this.#quietness = new ChannelSettings(this.#http, this.#inbox);
    this.#records = new ChannelRecords(this.#environment, this.#http, this.#inbox, (id) => this.#gone(id));
    this.#groups = new Groups(this.#http, this.#inbox, this.#records);
    this.#session = new UserSession(this.#environment, this.#http, this.#transports, this.#inbox, this.#records, {
      identified: (user) => this.#arrived(user),
      followed: (frame) => {
        this.drafts.heard(frame.drafts ?? []);
        this.#quietness.heard(frame);
        this.#changed(frame);
      },
      signedOut: () => this.#signedOut(),
    });
    this.presence = this.#session.presence;
    this.#handles = new ChannelHandles(this.#hostOfChannels());
    this.#me.subscribe(() => this.presence.belongsTo(this.#me.get()));
  }

  /** State of the user socket; channels tell their own in their views. */
  get connection(): Store<ConnectionState> {
    return this.#session.socket.state;
  }

  /** Newest first; null until the first sync is complete. */
  get inbox(): Store<InboxEntry[] | null> {
    return this.#inbox.entries;
  }

  /** The session's token where this client keeps one, for a program that wants to come back with it. */
  get token(): string | null {
    return this.#http.token;
  }

  /** Opens the user socket and resolves when the inbox is complete. Keeps coming back afterwards; rejects when nobody is signed in. */
  connect(): Promise<void> {
    this.#stopWatching ??= watchPage(this.#environment, {
      awake: () => this.retryNow(),
      doubtful: () => {
        this.#session.socket.probe();
        for (const handle of this.#handles) handle.probe();
      },
      leaving: () => {
        for (const handle of this.#handles) handle.flush();
        this.drafts.flush();
      },
      used: (isActive) => {
        this.setActive(isActive);
        this.setBackground(!isActive);
      },
    });
    const live = this.#session.connect();
    this.drafts.retryNow();
    this.#drainOutbox();
    return live;
  }

  /** Whether this device is in use; where none is, I am away. A page finds out by itself. */
  setActive(active: boolean): void {
    this.presence.setActive(active);
  }

  /** Whether nobody looks at the program: then other devices are told. A page finds out by itself. */
  setBackground(background: boolean): void {
    this.#handles.setBackground(background);
  }

  /** Closes every socket. What is loaded stays, and `connect` comes back to it. */
  disconnect(): void {
    this.drafts.leave();
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#session.disconnect();
    for (const handle of this.#handles) handle.close();
  }

  /** For a button, or a program that knows the network is back: waits no longer. */
  retryNow(): void {
    this.#transports.retryNow();
    this.#session.socket.retryNow();
    for (const handle of this.#handles) handle.retryNow();
    this.drafts.retryNow();
  }

  /** The id of the one channel with that person; with oneself, a place for notes. */
  direct(userId: string): Promise<string> {
    return this.#groups.direct(userId);
  }

  /** A group of mine with these people in it; resolves with its id. A lost answer is asked for again and makes no second group. */
  createGroup(group: NewGroup): Promise<string> {
    return this.#groups.create(group);
  }

  changeChannel(id: string, change: { name?: string; topic?: string }): Promise<void> {
    return this.#groups.change(id, change);
  }

  /** Adds somebody, or gives them another role; `owner` hands the group over. */
  putMember(id: string, userId: string, role?: Role): Promise<void> {
    return this.#groups.putMember(id, userId, role);
  }

  removeMember(id: string, userId: string): Promise<void> {
    return this.#groups.removeMember(id, userId);
  }

  /** Takes me out of the group, and the group out of the inbox. */
  leave(id: string): Promise<void> {
    return this.#groups.leave(id, this.#userId);
  }

  /** Silences a channel until that time on all of my devices; 0 ends it, `MUTED_FOREVER` is for good. Shows at once. */
  mute(channel: string, until: number): Promise<void> {
    return this.#quietness.mute(channel, until);
  }

  /** Of how much of a channel my devices are told: `all`, only `mentions` of me, or `nothing`. Shows at once. */
  setLevel(channel: string, level: NotifyLevel): Promise<void> {
    return this.#quietness.tune(channel, level);
  }

  /** One page of messages I may read that hold all of what was typed. */
  search(query: SearchRequest): Promise<SearchPage> {
    return search(this.#http, this.#environment, query);
  }

  /** The same object for the same id, until sign-out. */
  channel(id: string): ChannelHandle {
    return this.#handles.of(id);
  }

  /** Known from shared channels, or found by handle. */
  profile(userId: string): Profile | null {
    return this.#inbox.profile(userId);
  }

  #hostOfChannels(): ChannelHost {
    return {
      environment: this.#environment,
      http: this.#http,
      transports: this.#transports,
      outbox: this.#outbox,
      userId: () => this.#userId,
      isInBackground: () => this.#handles.isInBackground,
      nextOrder: () => {
        this.#order = Math.max(this.#order + 1, this.#environment.clock.now());
        return this.#order;
      },
      used: (id) => this.#recent.used(this.channel(id)),
      settled: () => this.#recent.settle(),
      identified: (user) => this.#identified(user),
      happened: (id, events) => this.#happened(id, events),
      read: (id, seq) => this.#inbox.markRead(id, seq),
      readOf: (id) => this.#inbox.readOf(id),
      unread: (id, seq) => this.#inbox.markUnread(id, seq),
      stopped: (id) => this.#records.refresh(id),
      signedOut: () => this.#signedOut(),
    };
  }

  #happened(id: string, events: readonly HeardEvent[]): void {
    const handle = this.#handles.known(id);
    if (handle) this.#inbox.happened(id, events, handle.log);
    if (events.some(isNotice)) this.#records.refresh(id);
  }

  async #arrived(user: string): Promise<void> {
    this.#identified(user);
    if (this.#userId === user) this.drafts.retryNow();
    if (this.#userId === user && this.#me.get() === null) await this.accounts.restore();
  }

  #became(me: Me): void {
    if (this.#userId !== null && this.#userId !== me.id) this.#forget();
    this.#me.set(me);
    this.#inbox.remember({ id: me.id, handle: me.handle, name: me.name });
    this.#identified(me.id);
  }

  /** On another device of mine. */
  #changed({ presence, notifications }: FrameOf<"inbox">): void {
    const change = { ...(presence && { presence }), ...(notifications && { notifications }) };
    if (Object.keys(change).length > 0) this.#me.update((me) => me && { ...me, ...change });
  }

  #identified(user: string): void {
    if (user === this.#userId) return;
    // The cookie is shared: somebody else signed in elsewhere, and must not speak with this person's words.
    if (this.#userId !== null) this.#signedOut();
    else {
      this.#userId = user;
      this.#inbox.belongsTo(user);
      void this.#adoptOutbox(user);
    }
  }

  async #adoptOutbox(user: string): Promise<void> {
    const mine = await unsentCommandsOf(user, this.#outbox, this.#environment.warn);
    if (user !== this.#userId) return;
    this.#order = Math.max(this.#order, ...mine.map(({ order }) => order));
    for (const [id, left] of Map.groupBy(mine, (entry) => entry.channel)) this.channel(id).adopt(left);
    this.#drainOutbox();
  }

  /** Opens what has something to send, once this client is meant to be connected. */
  #drainOutbox(): void {
    if (this.#stopWatching === null) return;
    for (const handle of this.#handles) if (handle.isNeeded) void handle.attach();
  }

  #signedOut(): void {
    this.#forget();
    this.#session.socket.state.set({ state: "signed-out" });
  }

  /** I am not in that channel any more. */
  #gone(id: string): void {
    this.#handles.known(id)?.end();
    this.drafts.drop(id);
    this.#quietness.drop(id);
  }

  #forget(): void {
    // Before the rest: what one person began to write is not stored in the name of the next.
    this.drafts.clear();
    this.#quietness.clear();
    this.disconnect();
    this.#handles.clear();
    this.#recent.clear();
    this.#session.reset();
    this.#records.clear();
    this.#inbox.clear();
    this.#tokens.invalidate();
    this.#http.token = null;
    this.#userId = null;
    this.#me.set(null);
  }
}

/** A client for one person. It does nothing until it is asked to. */
export const createClient = (options: ClientOptions = {}): Client => new Client(options);
