// Which database of the archive has a channel, so that a search asks only those with channels of
// the person. A channel chooses its database by a hash when it first archives an entry, and keeps
// it while that database is listed. So the choice is right unless the list changed since then.
import type { Archive } from "./archive";

/** The most channels whose database an isolate remembers, about 100 bytes each. */
const REMEMBERED_MAX = 50_000;

/** A part of the archive that is asked: some channels of one database. */
export interface AskedPlace<C, Row> {
  database: D1Database;
  channels: C[];
  rows: Row[];
}

export interface PlacesAnswer<C, Row> {
  places: AskedPlace<C, Row>[];
  /** The channels that may be in a database that did not answer. */
  missing: string[];
  /** What those databases threw. */
  errors: unknown[];
}

/** The channels that were found in a listed database, for one list. */
interface Remembered {
  list: string;
  /** The name of the database by channel. Bound: `REMEMBERED_MAX`. */
  names: Map<string, string>;
}

/** Bound: the channels of one list. */
let remembered: Remembered = { list: "", names: new Map() };

function rememberedOf(archive: Archive): Map<string, string> {
  const list = archive.names.join(" ");
  if (remembered.list !== list) remembered = { list, names: new Map() };
  return remembered.names;
}

/** Forgets where channels are, as a new isolate does. */
export function forgetPlaces(): void {
  remembered = { list: "", names: new Map() };
}

function remember(names: Map<string, string>, channel: string, name: string): void {
  names.set(channel, name);
  for (const oldest of names.keys()) {
    if (names.size <= REMEMBERED_MAX) break;
    names.delete(oldest);
  }
}

const presence = `SELECT value AS channel FROM json_each(?1)
  WHERE EXISTS (SELECT 1 FROM archive WHERE archive MATCH 'tags : ("m.' || value || '" OR "o.' || value || '")')`;

/**
 * Runs a statement in each database that has some of the channels, with those channels. A channel
 * that is not where it would be stored now is looked for in all the other databases.
 */
export async function askPlaces<C extends { id: string }, Row>(
  archive: Archive,
  channels: readonly C[],
  statementOf: (database: D1Database, channels: readonly C[]) => D1PreparedStatement,
): Promise<PlacesAnswer<C, Row>> {
  const names = rememberedOf(archive);
  const answer: PlacesAnswer<C, Row> = { places: [], missing: [], errors: [] };
  const isOnlyPlace = archive.names.length === 1 && !archive.hasFormer;
  /** Asks one database. Returns the channels of `sought` that have entries there; null if it failed. */
  const ask = async (name: string, asked: C[], sought: readonly C[]): Promise<Set<string> | null> => {
    const database = archive.database(name);
    const ids = JSON.stringify(sought.map(({ id }) => id));
    try {
      const [rows, found] = await database.batch<Row | { channel: string }>([
        statementOf(database, asked),
        ...(sought.length > 0 ? [database.prepare(presence).bind(ids)] : []),
      ]);
      answer.places.push({ database, channels: asked, rows: (rows?.results ?? []) as Row[] });
      const present = new Set((found?.results ?? []).map((row) => (row as { channel: string }).channel));
      if (archive.isListed(name)) for (const channel of present) remember(names, channel, name);
      return present;
    } catch (error) {
      answer.errors.push(error);
      return null;
    }
  };

  const absent: C[] = [];
  const byName = Map.groupBy(channels, ({ id }) => names.get(id) ?? archive.choose(id));
  await Promise.all(
    [...byName].map(async ([name, asked]) => {
      const sought = isOnlyPlace ? [] : asked.filter(({ id }) => !names.has(id));
      const present = await ask(name, asked, sought);
      if (present === null) answer.missing.push(...asked.map(({ id }) => id));
      absent.push(...sought.filter(({ id }) => !present?.has(id)));
    }),
  );
  if (absent.length > 0) await askElsewhere(archive, absent, ask, answer.missing);
  // Without any answer the search has failed.
  if (answer.places.length === 0 && answer.errors.length > 0) throw answer.errors[0];
  return { ...answer, missing: [...new Set(answer.missing)] };
}

async function askElsewhere<C extends { id: string }>(
  archive: Archive,
  absent: readonly C[],
  ask: (name: string, asked: C[], sought: readonly C[]) => Promise<Set<string> | null>,
  missing: string[],
): Promise<void> {
  const others = [...archive.names, ...(await archive.formerInUse())];
  const found = new Set<string>();
  const failed: C[] = [];
  await Promise.all(
    others.map(async (name) => {
      const asked = absent.filter(({ id }) => archive.choose(id) !== name);
      const present = asked.length > 0 ? await ask(name, asked, asked) : new Set<string>();
      if (present === null) failed.push(...asked);
      for (const id of present ?? []) found.add(id);
    }),
  );
  for (const { id } of failed) if (!found.has(id)) missing.push(id);
}
