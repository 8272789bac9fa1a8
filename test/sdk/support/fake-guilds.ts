// Guilds of a fake server. It knows their view and remembers the requests that change them.
import type { ChannelHead, GuildMemberInfo, GuildView } from "../../../src/protocol";
import { json, problemAnswer, profileOf } from "./fake-http";
import type { FakeServer } from "./fake-server";

/** A guild with everything that tests do not set. */
export const guildOf = (fields: Partial<GuildView> & { id: string }): GuildView => ({
  ...{ name: "Harbour", description: "", color: 0, owner: "u_alice", createdAt: 1, deleteAt: null },
  ...{ welcomeChannel: null, everyone: `r_${fields.id.slice(2)}`, roles: [], categories: [], channels: [] },
  ...{ myRoles: [], permissions: ["view", "send"] },
  ...fields,
});

export const listedChannel = (id: string, name = id, position = 0): GuildView["channels"][number] => ({
  ...{ id, name, type: "text", category: null, position, permissions: ["view", "send"] },
});

export const guildMemberOf = (person: string, roles: string[] = []): GuildMemberInfo => ({
  ...{ user: profileOf(person), joinedAt: 1, roles },
});

export class FakeGuilds {
  readonly views = new Map<string, GuildView>();
  /** The heads of the large channels, by guild. */
  readonly heads = new Map<string, ChannelHead[]>();
  members: GuildMemberInfo[] = [guildMemberOf("alice")];
  /** The requests that change something: method, path with its query, and body. */
  readonly changes: { method: string; path: string; body: unknown }[] = [];
  /** Answers to requests that change something, by method and path. The default is 204. */
  readonly answers = new Map<string, (body: unknown) => Response>();

  constructor(server: FakeServer) {
    server.intercept = (method, path, body, query) => this.#answer(method, path, body, query);
  }

  /** Returns how often a request that changes something arrived. */
  count(method: string, path: string): number {
    return this.changes.filter((one) => one.method === method && one.path === path).length;
  }

  #answer(method: string, path: string, body: unknown, query: string): Response | null {
    const [, id, below = ""] = /^\/v1\/guilds(?:\/(g_\w+))?(\/.*)?$/.exec(path) ?? [];
    if (!path.startsWith("/v1/guilds")) return null;
    if (method !== "GET") {
      this.changes.push({ method, path: path + query, body });
      return this.answers.get(`${method} ${path}`)?.(body) ?? new Response(null, { status: 204 });
    }
    if (id === undefined) return json({ items: [...this.views.values()], next: null });
    const view = this.views.get(id);
    if (!view) return problemAnswer("not_found");
    if (below === "/events") {
      const frames = [
        { type: "hello", protocol: 1, user: "u_alice", heartbeatMs: 30_000, rate: { burst: 1, everyMs: 1 }, at: 1 },
        { type: "heads", guild: id, heads: this.heads.get(id) ?? [], complete: true },
      ];
      const tag = JSON.stringify(JSON.stringify(frames).length);
      return Response.json({ frames }, { headers: { etag: tag } });
    }
    const parameters = new URLSearchParams(query);
    if (below === "/members" && parameters.get("order") === "role") return this.#sortedMembers(parameters);
    if (below === "/members") return json({ items: this.members, next: null });
    const role = /^\/roles\/(r_\w+)\/view$/.exec(below)?.[1];
    if (role) return json({ ...view, myRoles: [role] });
    return below === "" ? json(view) : problemAnswer("not_found");
  }

  /** Answers a page of two members whose handle has the text. The cursor is a position. */
  #sortedMembers(query: URLSearchParams): Response {
    const found = this.members.filter(({ user }) => user.handle.includes(query.get("q") ?? ""));
    const from = Number(query.get("cursor") ?? 0);
    const next = from + 2 < found.length ? String(from + 2) : null;
    const groups = from === 0 ? { groups: [{ role: null, count: found.length }] } : {};
    return json({ items: found.slice(from, from + 2), next, ...groups });
  }
}
