// The messages of all channels, and a model of the search: it examines every message and uses no
// index.
import { findClause, holds, parseSearch } from "../../../src/domain/search-query";
import { cut, type Term } from "../../../src/domain/search-terms";
import type { RegisteredUser } from "../kit/registered-user.ts";
import { messagesOf } from "./archive-checker.ts";

export interface Line {
  channel: string;
  seq: number;
  at: number;
  author: string;
  text: string;
  terms: readonly Term[];
}

/** A channel, with the names by which `in:` finds it. */
export interface Place {
  id: string;
  name: string;
  members: readonly RegisteredUser[];
}

export interface SearchRequest {
  q: string;
  zone: number;
  channel?: string;
}

const folded = (name: string): string => name.normalize("NFKC").toLowerCase();

export class Corpus {
  readonly #places: readonly Place[];
  readonly #people: readonly RegisteredUser[];
  /** Newest first, as a search answers. */
  readonly lines: readonly Line[];

  private constructor(places: readonly Place[], people: readonly RegisteredUser[], lines: readonly Line[]) {
    this.#places = places;
    this.#people = people;
    this.lines = lines;
  }

  static async read(places: readonly Place[], people: readonly RegisteredUser[]): Promise<Corpus> {
    const lines: Line[] = [];
    for (const { id: channel, members } of places) {
      const [reader] = members;
      if (!reader) throw new Error(`${channel} has no member`);
      const messages = await messagesOf(reader, channel);
      for (const { seq, replies } of [...messages])
        if (replies.count > 0) messages.push(...(await messagesOf(reader, channel, seq)));
      for (const { seq, at, author, body } of messages)
        if (body.state === "live") lines.push({ channel, seq, at, author, text: body.text, terms: cut(body.text) });
    }
    lines.sort((a, b) => b.at - a.at || (a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : b.seq - a.seq));
    return new Corpus(places, people, lines);
  }

  /** The first hits of a search by date, as `channel.seq`. */
  find(me: RegisteredUser, { q, zone, channel }: SearchRequest, limit: number): string[] {
    const search = parseSearch(q, zone);
    const { clauses, from, in: names, after, before, without } = search;
    const asked = [clauses, from, names, without.clauses, without.from, without.in];
    if (asked.every((list) => list.length === 0) && after === null && before === null) return [];
    const isNamed = (place: Place, wanted: readonly string[]) =>
      wanted.some((name) => this.#namesOf(place, me).some((known) => folded(known).startsWith(folded(name))));
    const mine = this.#places.filter(({ members }) => members.includes(me));
    const within = mine.filter(
      (place) =>
        (channel === undefined || place.id === channel) &&
        (names.length === 0 || isNamed(place, names)) &&
        !isNamed(place, without.in),
    );
    const channels = new Set(within.map(({ id }) => id));
    const idOf = (handle: string) =>
      handle === "me" ? me.id : this.#people.find((person) => person.handle === handle)?.id;
    const authors = from.map(idOf);
    const otherAuthors = without.from.map(idOf);
    const found: string[] = [];
    for (const line of this.lines) {
      if (found.length === limit) break;
      if (!channels.has(line.channel) || line.at < (after ?? 0) || line.at >= (before ?? Number.POSITIVE_INFINITY))
        continue;
      if ((from.length > 0 && !authors.includes(line.author)) || otherAuthors.includes(line.author)) continue;
      if (without.clauses.some((clause) => findClause(clause, line.terms, 0) >= 0)) continue;
      // Does what `holds` does, with the terms computed before.
      if (clauses.every((clause) => findClause(clause, line.terms, 0) >= 0)) found.push(`${line.channel}.${line.seq}`);
    }
    return found;
  }

  /** Whether a message matches a query by the rule itself. */
  static holds = (q: string, line: Line): boolean => holds(parseSearch(q, 0), line.text);

  /** A direct channel is found by the handle of the other member. */
  #namesOf({ id, name, members }: Place, me: RegisteredUser): string[] {
    const other = name === "" ? members.find((member) => member !== me)?.handle : undefined;
    return [id, name, other ?? ""].filter(Boolean);
  }
}
