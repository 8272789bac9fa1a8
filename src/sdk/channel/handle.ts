import {
  type Attachment,
  type CompletedUpload,
  completedUpload,
  type Event,
  type KeptAttachment,
  type Message,
  pinList,
  versionList,
} from "../../protocol";
import type { FileInput } from "../outbox/file-source";
import type { UploadRequest } from "../outbox/file-upload";
import type { OutboxEntry } from "../outbox/outbox";
import { ParleyError } from "../parley-error";
import type { Store } from "../store";
import type { Environment } from "../transport/environment";
import { channelPath, type Http } from "../transport/http";
import type { SentMessage } from "./changes";
import type { ChannelCalls } from "./channel-calls";
import type { ClientParts } from "./client-parts";
import { upload } from "./file-uploads";
import type { LoadedChannel } from "./log";
import type { ChannelReport } from "./reports";
import { ChannelSession } from "./session";
import { type SendOptions, ThreadHandle } from "./thread";
import type { ChannelView, MessageVersionView, RefusedText } from "./views";

/** `name` and `type` replace what the file says of itself. */
export interface UploadOptions extends UploadRequest {
  name?: string;
  type?: string;
}

/** One channel, as a program uses it. Changes show in `view` immediately, even offline. */
export class ChannelHandle {
  readonly id: string;
  readonly #http: Http;
  readonly #environment: Environment;
  readonly #session: ChannelSession;
  readonly #threads = new Map<number, ThreadHandle>();

  constructor(id: string, client: ClientParts, report: (report: ChannelReport) => void) {
    this.id = id;
    this.#http = client.http;
    this.#environment = client.environment;
    this.#session = new ChannelSession(id, client, report);
  }

  get view(): Store<ChannelView> {
    return this.#session.views.channel;
  }

  /** The call of the channel. `client.calls` takes part in it. */
  get calls(): ChannelCalls {
    return this.#session.calls;
  }

  /** The loaded part of the log. */
  get log(): LoadedChannel {
    return this.#session.log;
  }

  /**
   * Whether the channel's socket must stay: the channel is on screen, or commands are unsent or
   * unconfirmed.
   */
  get isNeeded(): boolean {
    return this.#session.isNeeded;
  }

  /** The texts that the server refused, in the order of writing. */
  get refused(): readonly RefusedText[] {
    return this.#session.pending.refusedTexts;
  }

  /** Subscribes to the channel. Resolves when it is live, and rejects if it is gone. */
  open(): Promise<void> {
    return this.#session.open();
  }

  /** Call it when the channel is no longer on screen. Its socket stays open for a while. */
  release(): void {
    this.#session.release();
  }

  /** Subscribes like `open`, without showing the channel. */
  attach(): Promise<void> {
    return this.#session.use();
  }

  /** Closes the socket. Loaded messages stay. What waits for it rejects with `error`. */
  close(error: ParleyError = new ParleyError("offline")): void {
    this.#session.close(error);
  }

  retryNow(): void {
    this.#session.socket.retryNow();
  }

  /** Checks whether its socket is still alive. */
  probe(): void {
    this.#session.socket.probe();
  }

  /**
   * Sends the read mark immediately. Resolves when every message and change has been stored by the
   * server or has failed.
   */
  flush(): Promise<void> {
    this.#session.readMark.flush();
    return this.#session.pending.settled();
  }

  /** Rejects what waits, because the client forgets the channel. The outbox keeps it. */
  abandon(error: ParleyError): void {
    this.#session.changes.uploads.stop();
    this.#session.pending.abandon(error);
  }

  /** Ends the channel, because the directory no longer lists it for this person. */
  end(): void {
    this.#session.end();
  }

  /**
   * Sends a message. Resolves with its seq; see `SentMessage`. Throws a ParleyError at once for a
   * text that the server would refuse.
   */
  send(text: string, options: SendOptions = {}): SentMessage {
    return this.#session.changes.send({ text, ...options });
  }

  /**
   * Uploads a file for this channel. Resolves with a ticket, which makes one attachment of a
   * message within a week: pass it to `send`. Goes on after lost connections. To let the outbox
   * keep the file, use the option `files` of `send`.
   */
  upload(file: FileInput, options: UploadOptions = {}): Promise<CompletedUpload> {
    return upload({ http: this.#http, environment: this.#environment, channel: this.id }, file, options);
  }

  /** Returns a ticket of a file of another message, also of another channel, to send it here. */
  forward({ id }: Pick<Attachment, "id">): Promise<CompletedUpload> {
    return this.#http.sendWithRetry("POST", `/v1/files/${id}/forwards`, { channel: this.id }, completedUpload);
  }

  /**
   * Changes a message. The change shows immediately. Without `attachments` the message keeps all of
   * them; the file of one that is not named is deleted. Throws like `send`.
   */
  edit(seq: number, text: string, attachments?: KeptAttachment[]): void {
    this.#session.changes.request({ type: "message.edit", seq, text, ...(attachments && { attachments }) });
  }

  remove(seq: number): void {
    this.#session.changes.request({ type: "message.delete", seq });
  }

  /** Adds a reaction. Throws unless `emoji` is a single emoji. */
  react(seq: number, emoji: string): void {
    this.#session.changes.request({ type: "reaction.add", seq, emoji });
  }

  unreact(seq: number, emoji: string): void {
    this.#session.changes.request({ type: "reaction.remove", seq, emoji });
  }

  pin(seq: number): void {
    this.#session.changes.request({ type: "message.pin", seq });
  }

  unpin(seq: number): void {
    this.#session.changes.request({ type: "message.unpin", seq });
  }

  /** Follows the thread below a message, so that its replies count as unread and notify. */
  follow(seq: number): void {
    this.#session.changes.request({ type: "thread.follow", seq });
  }

  unfollow(seq: number): void {
    this.#session.changes.request({ type: "thread.unfollow", seq });
  }

  /**
   * Sends a failed message or change again. The key stays the same, unless the server refused the
   * nonce because another command had used it.
   */
  retry(key: string): void {
    this.#session.changes.retry(key);
  }

  /** Removes a failed message or change. */
  discard(key: string): void {
    this.#session.changes.discard(key);
  }

  /**
   * Call this whenever the text of a message being written changes. Viewers then see the typing.
   */
  typing(): void {
    this.#session.signals.sendTyping(null);
  }

  /**
   * Tells the server whether the program is in the background. A program in the background gets no
   * typing signals.
   */
  setBackground(background: boolean): void {
    this.#session.signals.setBackground(background);
  }

  setBlocked(users: ReadonlySet<string>): void {
    this.#session.views.setBlocked(users, this.#session.phase);
  }

  /** Returns the thread below a message. The same message always returns the same object. */
  thread(rootSeq: number): ThreadHandle {
    let thread = this.#threads.get(rootSeq);
    if (!thread) {
      thread = new ThreadHandle(rootSeq, this.#session);
      this.#threads.set(rootSeq, thread);
    }
    return thread;
  }

  /** Returns the parts of an edited message before its edits, oldest first. */
  versions(seq: number): Promise<MessageVersionView[]> {
    return this.#http.list(`${channelPath(this.id)}/messages/${seq}/versions`, versionList);
  }

  pins(): Promise<Message[]> {
    return this.#http.list(`${channelPath(this.id)}/pins`, pinList);
  }

  async loadBefore(): Promise<void> {
    await this.attach();
    await this.#session.history.loadBefore(this.#session.log.main);
  }

  async loadAfter(): Promise<void> {
    await this.attach();
    await this.#session.history.loadAfter(this.#session.log.main);
  }

  /** Shows the messages around `seq`, which may be far from the end of the log. */
  async loadAround(seq: number): Promise<void> {
    await this.attach();
    await this.#session.history.loadAround(this.#session.log.main, seq);
  }

  async loadLatest(): Promise<void> {
    await this.attach();
    await this.#session.history.loadLatest(this.#session.log.main);
  }

  /**
   * Marks everything up to `seq` as read. Marks never go back, so a lower one is ignored. After
   * `markUnread`, marks are ignored until the channel is opened again or a mark is `explicit`.
   */
  markRead(seq: number, { explicit = false }: { explicit?: boolean } = {}): void {
    this.#session.readMark.advance(seq, explicit);
  }

  /**
   * Reports messages as seen, wherever the read mark is: replies of threads, and messages that an
   * edit made mention this person. They leave `row.unseen` of the inbox entry.
   */
  markSeen(seqs: readonly number[]): void {
    this.#session.readMark.markSeen(seqs);
  }

  /** Shows the channel as unread from a message on, only to this person, on all their devices. */
  markUnread(seq: number): void {
    this.#session.readMark.markUnread(seq);
  }

  /**
   * Calls `listener` with every event of the log from the moment the channel is live, in order and
   * once each. Returns a function that unsubscribes.
   */
  onEvent(listener: (event: Event) => void): () => void {
    return this.#session.events.add(listener);
  }

  /** Takes over commands that an earlier client left unconfirmed. */
  adopt(entries: readonly OutboxEntry[]): void {
    this.#session.changes.adopt(entries);
  }
}
