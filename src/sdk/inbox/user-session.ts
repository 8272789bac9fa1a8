// The user socket and the inbox that it syncs. After every connection, the client requests the rows
// that changed since the last answer, page by page. Only these answers move the cursor; live rows
// do not. So a connection that is lost during a sync loses no row.
import { channelList, type FrameOf, type HeardFrame, type PersonalSignal, type Signal } from "../../protocol";
import { errorOf, isFinal, isSignedOut, ParleyError } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import { ReconnectingSocket } from "../transport/reconnecting-socket";
import type { TransportSelection } from "../transport/transport-selection";
import type { ChannelRecords } from "./channel-records";
import type { Inbox } from "./inbox";
import { PresenceWatcher } from "./presence";
import { Requests } from "./requests";

interface UserListener {
  /** The server named the user. The inbox is not complete before the promise settles. */
  identified(user: string): Promise<unknown>;
  /** Settings of this person that changed, for example on another device. */
  settingsChanged(frame: FrameOf<"inbox">): void;
  signalReceived(signal: PersonalSignal): void;
  signedOut(error: ParleyError): void;
}

export class UserSession {
  readonly socket: ReconnectingSocket;
  readonly presence: PresenceWatcher;
  readonly requests: Requests;
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #records: ChannelRecords;
  readonly #listener: UserListener;
  readonly #loadingChannels = new Set<string>();
  #whenComplete: PromiseWithResolvers<void> | null = null;
  #version = 0;
  #syncId: string | null = null;
  #commandIds = 0;
  #isListed = false;
  #isSynced = false;

  constructor(
    environment: Environment,
    http: Http,
    transports: TransportSelection,
    inbox: Inbox,
    records: ChannelRecords,
    listener: UserListener,
  ) {
    this.#environment = environment;
    this.#http = http;
    this.#inbox = inbox;
    this.#records = records;
    this.#listener = listener;
    this.requests = new Requests(environment, http, inbox);
    this.socket = new ReconnectingSocket(environment, transports, "/v1/socket", {
      opened: (hello) => void this.#opened(hello),
      received: (frame) => this.#received(frame),
      lost: () => {
        this.#syncId = null;
        this.presence.lost();
      },
      ended: (_, error) => this.#ended(error),
    });
    this.presence = new PresenceWatcher(environment.clock, (command) => {
      if (!this.socket.isSocket) return null;
      const id = this.#nextId();
      this.socket.send({ ...command, id });
      return id;
    });
  }

  /**
   * Connects unless connected. Resolves once the inbox has been complete since the connection
   * began.
   */
  connect(): Promise<void> {
    if (this.#whenComplete === null) {
      this.#whenComplete = Promise.withResolvers();
      this.#whenComplete.promise.catch(() => {});
      this.socket.start();
    }
    return this.#whenComplete.promise;
  }

  /** Closes the socket. What waits for it rejects with `error`. */
  disconnect(error: ParleyError = new ParleyError("offline")): void {
    this.socket.stop();
    this.presence.disconnected();
    this.#syncId = null;
    this.#rejectWaiting(error);
  }

  /** Forgets everything, because another person is about to sign in. */
  reset(): void {
    this.disconnect();
    this.requests.clear();
    this.#version = 0;
    this.#isListed = false;
    this.#isSynced = false;
  }

  async #opened(hello: FrameOf<"hello">): Promise<void> {
    const identified = this.#listener.identified(hello.user);
    this.#sync();
    this.requests.refresh();
    this.presence.opened(this.socket.isSocket);
    try {
      const knownBefore = this.#inbox.known;
      const channels = await this.#http.list("/v1/channels", channelList);
      await identified;
      if (!this.socket.isOnline) return;
      for (const gone of this.#inbox.replaceChannels(channels, knownBefore)) this.#records.refresh(gone);
      this.#isListed = true;
      this.#checkComplete();
    } catch (error) {
      this.#environment.warn(`the channel list could not be loaded: ${String(error)}`);
      if (isFinal(error)) this.#end(error);
      else if (this.socket.isOnline)
        this.socket.restart(error instanceof ParleyError ? error : new ParleyError("offline"));
    }
  }

  #received(frame: HeardFrame): void {
    if (frame.type === "inbox") this.#inboxReceived(frame);
    else if (frame.type === "presence") this.presence.received(frame);
    else if (frame.type === "signal" && isPersonal(frame.signal)) this.#listener.signalReceived(frame.signal);
    else if (frame.type === "error") this.#refused(frame);
  }

  #inboxReceived(frame: FrameOf<"inbox">): void {
    const { id, rows, version, more, gone = [] } = frame;
    const repeated = rows.filter((row) => this.#inbox.isRepeated(row));
    this.#inbox.addRows(rows);
    for (const { channel } of repeated) this.#records.refresh(channel);
    this.#listener.settingsChanged(frame);
    if (frame.requestsChanged) this.requests.refresh();
    // Loaded again instead of dropped: this person may have been added back meanwhile.
    for (const channel of gone) this.#records.refresh(channel);
    if (id !== undefined && id === this.#syncId) {
      this.#version = version ?? this.#version;
      this.#syncId = null;
      if (more) this.#sync();
      else this.#isSynced = true;
    }
    this.#checkComplete();
  }

  #refused(frame: FrameOf<"error">): void {
    const { id, code, temporary, retryAfterMs } = frame;
    if (this.presence.refused(id, temporary ? (retryAfterMs ?? 1_000) : null)) return;
    this.#environment.warn(`the server refused a command on the user socket: ${code}`);
    if (id !== this.#syncId) return;
    const again = () => {
      if (id === this.#syncId) this.#sync();
    };
    if (temporary) this.#environment.clock.setTimeout(again, retryAfterMs ?? 1_000);
    else this.#end(errorOf(frame));
  }

  #sync(): void {
    this.#syncId = this.#nextId();
    this.socket.send({ id: this.#syncId, type: "inbox.sync", after: this.#version });
  }

  #nextId(): string {
    return String(++this.#commandIds);
  }

  #checkComplete(): void {
    if (!this.#isListed || !this.#isSynced) return;
    for (const id of this.#inbox.withoutRecord()) void this.#loadChannel(id);
    if (this.#loadingChannels.size > 0) return;
    this.#inbox.complete();
    this.#whenComplete?.resolve();
  }

  async #loadChannel(id: string): Promise<void> {
    if (this.#loadingChannels.has(id)) return;
    this.#loadingChannels.add(id);
    if (!(await this.#records.load(id))) this.#inbox.dropRow(id);
    this.#loadingChannels.delete(id);
    this.#checkComplete();
  }

  /** Ends the connection, because the server refused for good what every connection needs. */
  #end(error: ParleyError): void {
    this.socket.stop();
    this.#ended(error);
  }

  #ended(error: ParleyError): void {
    this.#rejectWaiting(error);
    if (isSignedOut(error)) this.#listener.signedOut(error);
    else this.#environment.warn(`the server refused the user socket permanently: ${error.code}`);
  }

  #rejectWaiting(error: ParleyError): void {
    this.#whenComplete?.reject(error);
    this.#whenComplete = null;
  }
}

const isPersonal = (signal: Signal): signal is PersonalSignal =>
  signal.type === "ring.started" || signal.type === "ring.ended";
