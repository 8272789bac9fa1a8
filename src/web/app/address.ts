// Reads an address of the page: which chat is open, which panel stands beside it, which message to
// show, and the search. The search is the fragment, because browsers never send the fragment to a
// server: its words are in no log. It is independent of the chat. Any text may be an address: one
// that is none of the page's is unknown.
import { routes } from "./routes";

export type SearchOrder = "newest" | "relevance";

export interface OpenSearch {
  /** The text as typed. */
  text: string;
  /** The only channel to search; null for all. */
  channel: string | null;
  order: SearchOrder;
}

/** The panel beside the chat, or in its place on a narrow screen. */
export type Panel = { kind: "details" } | { kind: "files" } | { kind: "thread"; root: number } | null;

export interface Address {
  /** The address without its query. */
  path: string;
  /** The channel; null if none is open. */
  chat: string | null;
  /** The code of an invite; null if the address is not that of a link. */
  invite: string | null;
  /** The guild whose channels the list shows; null for that of the open channel. */
  guild: string | null;
  /** Whether the page has nothing at this address. */
  isUnknown: boolean;
  panel: Panel;
  /** The call of the chat that is answered at once. A notification opens this address. */
  answer: number | null;
  /** The seq of the message to show. */
  mark: number | null;
  search: OpenSearch | null;
}

const CHAT = /^\/c\/(c_[0-9a-z]{1,32})(?:\/(details|files)|\/t\/([1-9]\d{0,14}))?\/?$/;
const INVITE = /^\/i\/([0-9A-Za-z]{1,64})\/?$/;
const GUILD = /^\/s\/(g_[0-9a-z]{1,32})\/?$/;
const CHANNEL = /^c_[0-9a-z]{1,32}$/;
const OTHERS: readonly string[] = [routes.chats, routes.requests, routes.settings, routes.admin];

export function readAddress(address: string): Address {
  const [place = "/", fragment = ""] = address.split("#", 2);
  const [path = "/", query = ""] = place.split("?", 2);
  const [, chat, named, root] = CHAT.exec(path) ?? [];
  const invite = INVITE.exec(path)?.[1] ?? null;
  const [, guild] = GUILD.exec(path) ?? [];
  const asked = new URLSearchParams(query);
  return {
    path,
    chat: chat ?? null,
    invite,
    guild: guild ?? null,
    isUnknown: [chat, guild].every((one) => one === undefined) && invite === null && !OTHERS.includes(path),
    panel: panelOf(named, root),
    answer: seqOf(asked.get("answer")),
    mark: seqOf(asked.get("m")),
    search: searchOf(new URLSearchParams(fragment)),
  };
}

const seqOf = (text: string | null): number | null =>
  text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;

function panelOf(named: string | undefined, root: string | undefined): Panel {
  if (root !== undefined) return { kind: "thread", root: Number(root) };
  return named === undefined ? null : { kind: named === "files" ? "files" : "details" };
}

function searchOf(asked: URLSearchParams): OpenSearch | null {
  const text = asked.get("q");
  if (text === null) return null;
  const channel = asked.get("in");
  return {
    text,
    channel: channel !== null && CHANNEL.test(channel) ? channel : null,
    order: asked.get("by") === "relevance" ? "relevance" : "newest",
  };
}

/** Returns the same address with another search; null removes the search. */
export function withSearch(address: string, search: OpenSearch | null): string {
  const [place = "/"] = address.split("#", 1);
  if (search === null) return place;
  const asked = new URLSearchParams({ q: search.text });
  if (search.channel !== null) asked.set("in", search.channel);
  if (search.order === "relevance") asked.set("by", search.order);
  return `${place}#${asked}`;
}
