// The guilds of this person. People see "server". The server only signals which guilds changed, so
// the list and the guilds in use are loaded again after each signal.
import { uuidv7 } from "uuidv7";
import {
  type CreateGuild,
  createGuild,
  type FrameOf,
  type GuildSummary,
  type GuildView,
  guild,
  guildList,
} from "../../protocol";
import type { ChannelRecords } from "../inbox/channel-records";
import type { Inbox } from "../inbox/inbox";
import { ParleyError, parsed } from "../parley-error";
import { Cell, type Store } from "../store";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import type { TransportSelection } from "../transport/transport-selection";
import { GuildHeads, type GuildSize } from "./guild-heads";
import { GuildHandle } from "./handle";
import { Reloader } from "./reloader";

const PATH = "/v1/guilds";

/** What a new guild needs: a name, and optionally a description, a colour and a template. */
export type NewGuild = Pick<CreateGuild, "name"> & Partial<Omit<CreateGuild, "nonce">>;

export class Guilds {
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #records: ChannelRecords;
  readonly #isShown: (channel: string) => boolean;
  readonly #handles = new Map<string, GuildHandle>();
  readonly #heads: GuildHeads;
  readonly #list = new Reloader(() => this.#load());
  readonly #all = new Cell<readonly GuildSummary[] | null>(null);
  /**
   * The guilds of this person, in the order in which they joined. Null until they are loaded, and
   * on a server without guilds.
   */
  readonly all: Store<readonly GuildSummary[] | null> = this.#all;
  /** Changes with the person, so that answers for the last person are ignored. */
  #session = Symbol();

  /** `isShown` says whether a channel is on screen. */
  constructor(
    environment: Environment,
    http: Http,
    transports: TransportSelection,
    inbox: Inbox,
    records: ChannelRecords,
    isShown: (channel: string) => boolean,
  ) {
    this.#environment = environment;
    this.#http = http;
    this.#inbox = inbox;
    this.#records = records;
    this.#isShown = isShown;
    this.#heads = new GuildHeads({
      ...{ environment, http, transports, inbox },
      guilds: () => (this.#all.get() ?? []).map(({ id }) => id),
      sizeOf: (id) => this.#sizeOf(id),
      received: () => this.#loadUnknown(),
    });
  }

  /**
   * Says which guild is on screen; null for none. What is unread in its large channels is then kept
   * up to date, and in other guilds it is asked for once a minute.
   */
  show(guild: string | null): void {
    this.#heads.show(guild);
  }

  /** Returns a guild. Until sign-out, the same id always returns the same object. */
  of(id: string): GuildHandle {
    let handle = this.#handles.get(id);
    if (!handle) {
      const session = this.#session;
      handle = new GuildHandle(id, this.#http, {
        loaded: (view) => {
          if (session === this.#session) this.#loaded(view);
        },
        gone: () => {
          if (session === this.#session) this.#gone(id);
        },
        warn: this.#environment.warn,
      });
      this.#handles.set(id, handle);
    }
    return handle;
  }

  /** Creates a guild and resolves with its id. Retries do not create a second guild. */
  async create(guildToCreate: NewGuild): Promise<string> {
    const body = parsed(createGuild.safeParse({ ...guildToCreate, nonce: uuidv7() }));
    const { id } = await this.#http.sendWithRetry("POST", PATH, body, guild);
    await this.entered(id);
    return id;
  }

  /** Loads a guild that this person has created or joined, and the list with it. */
  async entered(id: string): Promise<void> {
    await Promise.all([this.of(id).open(), this.#list.run()]);
  }

  /**
   * Loads the list and the guilds in use again. Call it after each connection. `hasHeads`: whether
   * the server has the heads of guilds.
   */
  refresh(hasHeads: boolean): void {
    this.#refreshList(() => hasHeads && this.#heads.connected());
    for (const handle of this.#handles.values()) handle.changed();
  }

  /**
   * Takes the guilds that changed, or that this person joined or left. Loads the guilds of channels
   * that have something unread and are not known yet.
   */
  received({ guildsChanged = [] }: Pick<FrameOf<"inbox">, "guildsChanged">): void {
    if (guildsChanged.length > 0) this.#refreshList();
    for (const id of guildsChanged) {
      this.#records.guildChanged(id);
      this.#heads.guildChanged(id);
      this.#handles.get(id)?.changed();
    }
    this.#loadUnknown();
  }

  /** The client has no connection any more. */
  disconnected(): void {
    this.#heads.disconnected();
  }

  /** Ends waits for the next attempt. */
  retryNow(): void {
    this.#heads.retryNow();
  }

  /** Checks whether the connection is still alive. */
  probe(): void {
    this.#heads.probe();
  }

  #loadUnknown(): void {
    for (const id of this.#inbox.guildsWithoutRecord()) {
      const handle = this.of(id);
      if (handle.phase.get() === "closed") handle.open().catch(() => {});
    }
  }

  /** Forgets everything, because another person is about to sign in. */
  clear(): void {
    this.#session = Symbol();
    this.#heads.clear();
    this.#handles.clear();
    this.#all.set(null);
  }

  #refreshList(loaded: () => void = () => {}): void {
    this.#list
      .run()
      .then(loaded)
      .catch((error: unknown) => this.#environment.warn(`the servers could not be loaded: ${error}`));
  }

  #sizeOf(id: string): GuildSize {
    const handle = this.#handles.get(id);
    const view = handle?.view.get();
    if (view) return view.channels.some(({ large }) => large) ? "large" : "small";
    return handle?.phase.get() === "loading" ? "loading" : "unknown";
  }

  #loaded(view: GuildView): void {
    this.#heads.guildChanged(view.id);
    for (const gone of this.#inbox.replaceGuildChannels(view)) this.#records.drop(gone);
    // Who may see a channel changes with the guild. Channels that are not on screen get their
    // members when they are opened.
    for (const { id } of view.channels) if (this.#isShown(id)) this.#records.refresh(id);
    this.#all.update((all) => all?.map((one) => (one.id === view.id ? summaryOf(view) : one)) ?? null);
  }

  #gone(id: string): void {
    for (const gone of this.#inbox.channelsOfGuild(id)) this.#records.drop(gone);
    this.#all.update((all) => all?.filter((one) => one.id !== id) ?? null);
  }

  async #load(): Promise<void> {
    const session = this.#session;
    try {
      const { items } = await this.#http.get(PATH, guildList);
      if (session !== this.#session) return;
      const before = this.#all.get() ?? [];
      this.#all.set(items);
      for (const { id } of before) if (!items.some((one) => one.id === id)) this.#handles.get(id)?.changed();
    } catch (error) {
      // An earlier version of the server has no guilds.
      if (!(error instanceof ParleyError && error.code === "not_found")) throw error;
    }
  }
}

const summaryOf = ({ id, name, description, color, owner, createdAt, deleteAt }: GuildSummary): GuildSummary => ({
  ...{ id, name, description, color, owner, createdAt, deleteAt },
});
