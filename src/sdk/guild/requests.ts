import { type ChannelInfo, channel } from "../../protocol";
import { type AnswerSchema, channelPath, type Http } from "../transport/http";

type ChangeMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** The requests that change one guild. After each, the guild is loaded again. */
export class GuildRequests {
  readonly #id: string;
  readonly #http: Http;
  readonly #reload: () => Promise<void>;

  constructor(id: string, http: Http, reload: () => Promise<void>) {
    this.#id = id;
    this.#http = http;
    this.#reload = reload;
  }

  /** Returns a path below that of the guild. */
  path(below = ""): string {
    return `/v1/guilds/${encodeURIComponent(this.#id)}${below}`;
  }

  get<T>(below: string, schema: AnswerSchema<T>): Promise<T> {
    return this.#http.get(this.path(below), schema);
  }

  /** Loads the record of a channel. It has the topic, which the view of a guild leaves out. */
  channel(id: string): Promise<ChannelInfo> {
    return this.#http.get(channelPath(id), channel);
  }

  /** Sets a state. It is repeated after temporary failures, because that is safe. */
  async set(method: ChangeMethod, below: string, body?: unknown): Promise<void> {
    await this.#http.commandWithRetry(method, this.path(below), body);
    await this.#reload();
  }

  /** Creates something. It is repeated only if the body has a nonce. */
  async create<T>(below: string, body: object | undefined, schema: AnswerSchema<T>): Promise<T> {
    const isSafe = body !== undefined && "nonce" in body;
    const created = await (isSafe
      ? this.#http.sendWithRetry("POST", this.path(below), body, schema)
      : this.#http.send("POST", this.path(below), body, schema));
    await this.#reload();
    return created;
  }
}
