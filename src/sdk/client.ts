// The object that a program uses: the connection, inbox and channels of one person.
import type { FrameOf, Me, NotifyLevel, Profile, Role, SearchPage, ServerInfo } from "../protocol";
import { Accounts, meAfter } from "./account/accounts";
import { Groups, type NewGroup } from "./account/groups";
import { Invites } from "./account/invites";
import { Push } from "./account/push";
import { Safety } from "./account/safety";
import { type SearchRequest, search } from "./account/search";
import { ClientCalls } from "./calls/calls";
import type { ChannelHandle } from "./channel/handle";
import { ChannelHandles } from "./channel/open-channels";
import { ServerReadMarks } from "./channel/server-read-marks";
import { Guilds } from "./guild/guilds";
import { ChannelRecords } from "./inbox/channel-records";
import { ChannelReports } from "./inbox/channel-reports";
import { ChannelSettings, type MuteEnd } from "./inbox/channel-settings";
import { Drafts } from "./inbox/drafts";
import { FormerChannels } from "./inbox/former-channels";
import { Inbox } from "./inbox/inbox";
import type { PresenceWatcher } from "./inbox/presence";
import type { Requests } from "./inbox/requests";
import { UserSession } from "./inbox/user-session";
import type { InboxEntry } from "./inbox/views";
import { type ClientOptions, environmentOf } from "./options";
import { CommandAuthor } from "./outbox/command-author";
import { memoryOutbox } from "./outbox/outbox";
import { watchPage } from "./page-events";
import { ParleyError } from "./parley-error";
import { Cell, type Store } from "./store";
import { AccessTokens } from "./transport/access-tokens";
import type { ConnectionState } from "./transport/connection-state";
import type { Environment } from "./transport/environment";
import { Http } from "./transport/http";
import type { ServerClock } from "./transport/server-clock";
import { TransportSelection } from "./transport/transport-selection";

export class Client {
  readonly accounts: Accounts;
  readonly calls: ClientCalls;
  /** The state of the user socket. The view of a channel has the state of its own socket. */
  readonly connection: Store<ConnectionState>;
  readonly drafts: Drafts;
  /** The channels that this person is no longer a member of, with messages that were not sent. */
  readonly formerChannels: FormerChannels;
  readonly invites: Invites;
  /** The guilds of this person. People see "server". */
  readonly guilds: Guilds;
  readonly presence: PresenceWatcher;
  readonly push: Push;
  readonly requests: Requests;
  readonly safety: Safety;
  /** What the server says of itself; null until the first connection, and of an earlier server. */
  readonly server: Store<ServerInfo | null>;
  /** The server's clock. Ends of mutes, for example, are times of this clock. */
  readonly serverClock: ServerClock;
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #tokens: AccessTokens;
  readonly #transports: TransportSelection;
  readonly #me = new Cell<Me | null>(null);
  readonly me: Store<Me | null> = this.#me;
  readonly #serverReadMarks = new ServerReadMarks();
  readonly #inbox = new Inbox(this.#serverReadMarks, (id) => this.#handles.known(id)?.log ?? null);
  /** The channels, newest first; null until the first sync is complete. */
  readonly inbox: Store<InboxEntry[] | null> = this.#inbox.entries;
  readonly #settings: ChannelSettings;
  readonly #records: ChannelRecords;
  readonly #reports: ChannelReports;
  readonly #groups: Groups;
  readonly #session: UserSession;
  readonly #handles: ChannelHandles;
  readonly #author: CommandAuthor;
  #stopWatching: (() => void) | null = null;

  constructor(options: ClientOptions) {
    this.#environment = environmentOf(options);
    this.serverClock = this.#environment.serverClock;
    this.#author = new CommandAuthor(this.#environment.clock);
    this.#http = new Http(this.#environment, options.token ?? null);
    this.#tokens = new AccessTokens(this.#http, this.#environment.clock);
    this.server = this.#tokens.server;
    this.#transports = new TransportSelection(this.#environment, this.#tokens);
    this.accounts = new Accounts(this.#http, this.#environment, {
      ...{ meChanged: (me: Me) => this.#setMe(me), signedOut: () => this.#reset() },
      profileFound: (profile) => this.#inbox.addProfile(profile),
    });
    this.calls = new ClientCalls(this.#environment, this.#http, (id) => this.channel(id), options.calls);
    this.drafts = new Drafts(this.#environment, this.#http);
    this.push = new Push(this.#http);
    this.#settings = new ChannelSettings(this.serverClock, this.#http, this.#inbox);
    this.#records = new ChannelRecords(this.#environment, this.#http, this.#inbox, (id) => this.#channelGone(id));
    this.#groups = new Groups(this.#http, this.#inbox, this.#records);
    const isShown = (id: string) => this.#handles.known(id)?.isNeeded ?? false;
    this.guilds = new Guilds(this.#environment, this.#http, this.#transports, this.#inbox, this.#records, isShown);
    this.invites = new Invites(this.#http, this.#inbox, this.guilds, this.#environment.origin);
    this.#session = new UserSession(this.#environment, this.#http, this.#transports, this.#inbox, this.#records, {
      identified: (user) => this.#connectedAs(user),
      settingsChanged: (frame) => this.#settingsChanged(frame),
      signalReceived: (signal) => this.calls.signalReceived(signal),
      signedOut: (error) => this.#signedOut(error),
    });
    this.connection = this.#session.socket.state;
    this.presence = this.#session.presence;
    this.requests = this.#session.requests;
    this.#handles = new ChannelHandles(
      {
        ...{ environment: this.#environment, http: this.#http, transports: this.#transports },
        ...{ outbox: options.outbox ?? memoryOutbox(), author: this.#author, nameOf: (id) => this.#inbox.nameOf(id) },
        serverReadMarks: this.#serverReadMarks,
      },
      (id, report) => this.#reports.received(id, report),
    );
    this.safety = new Safety(this.#http, [this.#inbox, this.#handles]);
    this.formerChannels = new FormerChannels(this.#handles, this.#inbox);
    this.#reports = new ChannelReports(this.#inbox, this.#records, this.#handles, this.formerChannels, {
      identified: (user) => this.#identified(user),
      signedOut: (error) => this.#signedOut(error),
    });
    this.#me.subscribe(() => this.presence.setMe(this.#me.get()));
  }

  /** The channels of the guilds that are loaded, newest first. */
  get guildChannels(): Store<readonly InboxEntry[]> {
    return this.#inbox.guildEntries;
  }

  /** The session token, if this client keeps one. A program can store it for its next start. */
  get token(): string | null {
    return this.#http.token;
  }

  /** Opens and keeps the user socket. Resolves with a complete inbox; rejects if signed out. */
  connect(): Promise<void> {
    this.#stopWatching ??= watchPage(this.#environment, {
      resumed: () => this.retryNow(),
      networkLost: () => [this.#session.socket, this.#handles, this.guilds].map((part) => part.probe()),
      pageLeft: () => void Promise.all([this.calls.leave(), this.#handles.flush(), this.drafts.flush()]),
      activityChanged: (isActive) => {
        this.setActive(isActive);
        this.setBackground(!isActive);
      },
    });
    const live = this.#session.connect();
    this.drafts.retryNow();
    this.#handles.drain();
    return live;
  }

  /** Sets whether this device is in use. A page does this by itself. */
  setActive(active: boolean): void {
    this.presence.setActive(active);
  }

  /** Sets whether other devices are notified instead of this one. A page does this by itself. */
  setBackground(background: boolean): void {
    this.#handles.setBackground(background);
  }

  /**
   * Resolves when every change has been stored by the server or has failed. Call it before
   * `disconnect()`. Rejects with `offline` after `timeoutMs`, which is unlimited by default.
   */
  flush({ timeoutMs }: { timeoutMs?: number } = {}): Promise<void> {
    return this.#handles.flush(timeoutMs);
  }

  /**
   * Closes all sockets. Loaded data stays, and `connect` continues with it. What waits for a
   * connection rejects with `error`.
   */
  disconnect(error = new ParleyError("offline")): void {
    this.calls.clear();
    this.drafts.pause();
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#session.disconnect(error);
    this.guilds.disconnected();
    this.#handles.close(error);
  }

  /** Ends every wait for the next attempt: for a button, or when the network or server is back. */
  retryNow(): void {
    const parts = [this.#http, this.#transports, this.#session.socket, this.guilds, this.#handles, this.drafts];
    for (const part of parts) part.retryNow();
  }

  /** Returns the id of the direct channel with a person; with oneself, the channel for notes. */
  direct(userId: string): Promise<string> {
    return this.#groups.direct(userId);
  }

  /** Creates a group and resolves with its id. Retries do not create a second group. */
  createGroup(group: NewGroup): Promise<string> {
    return this.#groups.create(group);
  }

  changeChannel(id: string, change: { name?: string; topic?: string }): Promise<void> {
    return this.#groups.change(id, change);
  }

  /** Adds a member, or changes their role: `owner` transfers the group. Without a role it stays. */
  putMember(id: string, userId: string, role?: Role): Promise<void> {
    return this.#groups.putMember(id, userId, role);
  }

  removeMember(id: string, userId: string): Promise<void> {
    return this.#groups.removeMember(id, userId);
  }

  /** Leaves a group and removes it from the inbox. */
  leave(id: string): Promise<void> {
    return this.#groups.leave(id, this.#author.userId);
  }

  /** Mutes a channel, by the server's clock. `0` ends the mute, `MUTED_FOREVER` never ends. */
  mute(channel: string, end: number | MuteEnd): Promise<void> {
    return this.#settings.setMute(channel, typeof end === "number" ? { until: end } : end);
  }

  /** Sets which messages of a channel notify this person, on all their devices. */
  setLevel(channel: string, level: NotifyLevel): Promise<void> {
    return this.#settings.setLevel(channel, level);
  }

  /** Finds messages in the channels of this person, one page at a time. */
  search(query: SearchRequest): Promise<SearchPage> {
    return search(this.#http, this.#environment, this.#handles.needed, query);
  }

  /** Returns a channel. Until sign-out, the same id always returns the same object. */
  channel(id: string): ChannelHandle {
    return this.#handles.of(id);
  }

  /** Returns the profile of a person who shares a channel with this one, or was found by handle. */
  profile(userId: string): Profile | null {
    return this.#inbox.profile(userId);
  }

  async #connectedAs(user: string): Promise<void> {
    this.#identified(user);
    this.guilds.refresh(this.server.get()?.features.includes("guildHeads") ?? false);
    if (this.#author.userId === user) this.drafts.retryNow();
    if (this.#author.userId === user && this.#me.get() === null) await this.accounts.restore();
  }

  #setMe(me: Me): void {
    if (this.#author.userId !== null && this.#author.userId !== me.id) this.#reset();
    this.#me.set(me);
    this.#inbox.addProfile({ id: me.id, handle: me.handle, name: me.name });
    this.#identified(me.id);
  }

  /** Takes drafts and settings that changed, for example on another device. */
  #settingsChanged(frame: FrameOf<"inbox">): void {
    this.drafts.received(frame.drafts ?? []);
    for (const part of [this.#settings, this.guilds, this.safety]) part.received(frame);
    this.calls.rowsReceived(frame.rows);
    for (const profile of frame.profiles ?? []) this.#inbox.profileChanged(profile);
    this.#me.update((me) => me && meAfter(me, frame));
  }

  #identified(user: string): void {
    if (user === this.#author.userId) return;
    // Another person signed in elsewhere with the shared cookie. Nothing is sent in their name.
    if (this.#author.userId !== null) this.#signedOut(new ParleyError("sign_in_required"));
    else {
      this.#author.userId = user;
      this.#inbox.setUser(user);
      void this.#handles.adoptOutbox().then(() => this.#stopWatching && this.#handles.drain());
    }
  }

  #signedOut(error: ParleyError): void {
    this.#reset(error);
    this.#session.socket.state.set({ state: "signed-out" });
  }

  /** Forgets a channel that this person has left. */
  #channelGone(id: string): void {
    this.#handles.known(id)?.end();
    this.drafts.drop(id);
    this.#settings.drop(id);
  }

  #reset(error = new ParleyError("sign_in_required")): void {
    // Cleared first, so that no draft of this person is stored for the next one.
    this.drafts.clear();
    this.#settings.clear();
    this.disconnect(error);
    this.#handles.clear(error);
    this.#session.reset();
    for (const part of [this.#records, this.guilds, this.#inbox, this.safety]) part.clear();
    this.#tokens.invalidate();
    this.#http.token = null;
    this.#author.userId = null;
    this.#me.set(null);
  }
}
