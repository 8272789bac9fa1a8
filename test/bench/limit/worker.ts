// The limit of the platform: one object for each room that stores a message and sends it to every
// member, without accounts, rules or names. `/batched/<room>` uses one commit and one frame for the
// messages of a turn; `/each/<room>` commits and sends each message by itself; `/asking/<room>` is
// like `/each`, and the upgrade first asks the object of the account.
import { DurableObject } from "cloudflare:workers";

interface Bindings {
  ROOMS: DurableObjectNamespace<Room>;
  ACCOUNTS: DurableObjectNamespace<Account>;
}

interface Message {
  seq: number;
  at: number;
  text: string;
}

type Command = { send: string } | { newest: number } | { after: number };

/** Many incoming messages starve the timer, so a full turn does not wait for it. */
const FULL_TURN = 64;

export class Room extends DurableObject<Bindings> {
  readonly #sql: SqlStorage;
  #head: number;
  #sockets: WebSocket[] | null = null;
  #turn: Message[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL)",
    );
    this.#head = this.#sql.exec<{ head: number }>("SELECT coalesce(max(seq), 0) AS head FROM messages").one().head;
  }

  override fetch(request: Request): Response {
    const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    const isBatched = new URL(request.url).pathname.startsWith("/batched/");
    this.ctx.acceptWebSocket(server, [isBatched ? "batched" : "each"]);
    this.#sockets = null;
    server.send(JSON.stringify({ head: this.#head }));
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, frame: string): void {
    const command: Command = JSON.parse(frame);
    if (!("send" in command)) {
      socket.send(JSON.stringify({ page: this.#page(command) }));
      return;
    }
    this.#turn.push({ seq: ++this.#head, at: Date.now(), text: command.send });
    const isBatched = this.ctx.getTags(socket)[0] === "batched";
    if (!isBatched || this.#turn.length >= FULL_TURN) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), 0);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#sockets = null;
    socket.close();
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const messages = this.#turn;
    this.#turn = [];
    for (const { seq, at, text } of messages) this.#sql.exec("INSERT INTO messages VALUES (?, ?, ?)", seq, at, text);
    const frame = JSON.stringify({ messages });
    this.#sockets ??= this.ctx.getWebSockets();
    for (const socket of this.#sockets) socket.send(frame);
  }

  #page(command: { newest: number } | { after: number }): Message[] {
    const rows =
      "after" in command
        ? this.#sql.exec<Message & Record<string, SqlStorageValue>>(
            "SELECT * FROM messages WHERE seq > ? ORDER BY seq",
            command.after,
          )
        : this.#sql.exec<Message & Record<string, SqlStorageValue>>(
            "SELECT * FROM messages ORDER BY seq DESC LIMIT ?",
            command.newest,
          );
    return rows.toArray();
  }
}

/** The object of an account, which knows since when its tokens are accepted. */
export class Account extends DurableObject<Bindings> {
  readonly #tokensFrom: number;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS account (tokens_from INTEGER NOT NULL)");
    const found = ctx.storage.sql.exec<{ at: number }>("SELECT coalesce(max(tokens_from), 0) AS at FROM account").one();
    this.#tokensFrom = found.at;
  }

  /** Asked by a request, which takes less processor time than an RPC. The path is the time. */
  override fetch({ url }: Request): Response {
    const issuedAt = Number(new URL(url).pathname.slice(1));
    return new Response(null, { status: issuedAt > this.#tokensFrom ? 204 : 403 });
  }
}

export default {
  async fetch(request: Request, { ROOMS, ACCOUNTS }: Bindings): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/") return new Response("ready");
    if (pathname.startsWith("/asking/")) {
      const account = ACCOUNTS.getByName(searchParams.get("user") ?? "");
      const { status } = await account.fetch(`https://object/${Date.now()}`);
      if (status !== 204) return new Response(null, { status });
    }
    return await ROOMS.getByName(pathname).fetch(request);
  },
};
