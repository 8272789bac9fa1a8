// The user socket and the inbox that comes over it. After every connection the rows changed since the last answer are asked
// for, page by page. Only answers move that cursor, never live rows, so a cut in the middle of a sync loses nothing.
import { channelList, type FrameOf, type HeardFrame } from "../../protocol";
import { ParleyError } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import { ReconnectingSocket } from "../transport/reconnecting-socket";
import type { Transports } from "../transport/transports";
import type { ChannelRecords } from "./channel-records";
import type { Inbox } from "./inbox";
import { PresenceWatcher } from "./presence";

interface UserListener {
  /** The server said who this is; what is needed of the person is loaded before the inbox is complete. */
  identified(user: string): Promise<unknown>;
  /** What follows the person: as the server holds it, where that changed. */
  followed(frame: FrameOf<"inbox">): void;
  signedOut(): void;
}

export class UserSession {
  readonly socket: ReconnectingSocket;
  readonly presence: PresenceWatcher;
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #records: ChannelRecords;
  readonly #listener: UserListener;
  readonly #fetching = new Set<string>();
  #live: PromiseWithResolvers<void> | null = null;
  #version = 0;
  #syncId: string | null = null;
  #commandIds = 0;
  #isListed = false;
  #isSynced = false;

  constructor(
    environment: Environment,
    http: Http,
    transports: Transports,
    inbox: Inbox,
    records: ChannelRecords,
    listener: UserListener,
  ) {
    this.#environment = environment;
    this.#http = http;
    this.#inbox = inbox;
    this.#records = records;
    this.#listener = listener;
    this.socket = new ReconnectingSocket(environment, transports, "/v1/socket", {
      opened: (hello) => void this.#opened(hello),
      received: (frame) => this.#received(frame),
      lost: () => {
        this.#syncId = null;
        this.presence.lost();
      },
      ended: (action) => {
        this.#giveUp(new ParleyError(action === "sign-in" ? "sign_in_required" : "not_found"));
        if (action === "sign-in") listener.signedOut();
        else environment.warn("the server does not take this client's user socket");
      },
    });
    this.presence = new PresenceWatcher(environment.clock, (command) => {
      if (!this.socket.isSocket) return null;
      const id = this.#nextId();
      this.socket.send({ ...command, id });
      return id;
    });
  }

  /** Resolves when the inbox has been complete once since. */
  connect(): Promise<void> {
    if (this.#live === null) {
      this.#live = Promise.withResolvers();
      this.#live.promise.catch(() => {});
      this.socket.start();
    }
    return this.#live.promise;
  }

  disconnect(): void {
    this.socket.stop();
    this.presence.left();
    this.#syncId = null;
    this.#giveUp(new ParleyError("offline"));
  }

  /** Another person will be signed in: nothing known holds for them. */
  reset(): void {
    this.disconnect();
    this.#version = 0;
    this.#isListed = false;
    this.#isSynced = false;
  }

  async #opened(hello: FrameOf<"hello">): Promise<void> {
    const identified = this.#listener.identified(hello.user);
    this.#sync();
    this.presence.opened(this.socket.isSocket);
    try {
      const before = this.#inbox.known;
      const channels = await this.#http.list("/v1/channels", channelList);
      await identified;
      if (!this.socket.isOnline) return;
      for (const gone of this.#inbox.replaceChannels(channels, before)) this.#records.refresh(gone);
      this.#isListed = true;
      this.#completed();
    } catch (error) {
      this.#environment.warn(`the list of channels could not be loaded: ${String(error)}`);
      if (this.socket.isOnline) this.socket.restart();
    }
  }

  #received(frame: HeardFrame): void {
    if (frame.type === "inbox") this.#rows(frame);
    else if (frame.type === "presence") this.presence.heard(frame);
    else if (frame.type === "error") this.#refused(frame);
  }

  #rows(frame: FrameOf<"inbox">): void {
    const { id, rows, version, more, gone = [] } = frame;
    this.#inbox.addRows(rows);
    this.#listener.followed(frame);
    // Asked, not believed: I may have been added again meanwhile.
    for (const channel of gone) this.#records.refresh(channel);
    if (id !== undefined && id === this.#syncId) {
      this.#version = version ?? this.#version;
      this.#syncId = null;
      if (more) this.#sync();
      else this.#isSynced = true;
    }
    this.#completed();
  }

  #refused({ id, code, temporary, retryAfterMs }: FrameOf<"error">): void {
    if (this.presence.refused(id, temporary ? (retryAfterMs ?? 1_000) : null)) return;
    this.#environment.warn(`the server refused a frame of the user socket: ${code}`);
    if (id !== this.#syncId || !temporary) return;
    this.#environment.clock.setTimeout(() => {
      if (id === this.#syncId) this.#sync();
    }, retryAfterMs ?? 1_000);
  }

  #sync(): void {
    this.#syncId = this.#nextId();
    this.socket.send({ id: this.#syncId, type: "inbox.sync", after: this.#version });
  }

  #nextId(): string {
    return String(++this.#commandIds);
  }

  #completed(): void {
    if (!this.#isListed || !this.#isSynced) return;
    for (const id of this.#inbox.unknown()) void this.#fetch(id);
    if (this.#fetching.size > 0) return;
    this.#inbox.complete();
    this.#live?.resolve();
  }

  async #fetch(id: string): Promise<void> {
    if (this.#fetching.has(id)) return;
    this.#fetching.add(id);
    if (!(await this.#records.load(id))) this.#inbox.forget(id);
    this.#fetching.delete(id);
    this.#completed();
  }

  #giveUp(error: ParleyError): void {
    this.#live?.reject(error);
    this.#live = null;
  }
}
