// Which database of the archive has a channel, so that a search asks only those with channels of
// the person. A channel chooses its database by a hash when it first archives an entry, and keeps
// it while that database is listed. So the choice is right unless the list changed since then.
import type { Archive } from "./archive";

/** The most channels whose database an isolate remembers, about 150 bytes each. */
const REMEMBERED_MAX = 50_000;
/**
 * How long a channel without entries is looked for only where its first entry will be stored. It is
 * looked for everywhere again after this time, because it may be between two steps of a rebuild.
 */
const ABSENT_MS = 60_000;

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

interface Place {
  name: string;
  /** Epoch milliseconds. */
  until: number;
}

/** Where channels are, for one list of databases. */
interface Remembered {
  list: string;
  /** By channel. Bound: `REMEMBERED_MAX`. */
  places: Map<string, Place>;
}

/** Bound: `REMEMBERED_MAX`. */
let remembered: Remembered = { list: "", places: new Map() };

function rememberedOf(archive: Archive): Map<string, Place> {
  const list = archive.names.join(" ");
  if (remembered.list !== list) forgetPlaces(list);
  return remembered.places;
}

/** Forgets where channels are, as a new isolate does. */
export function forgetPlaces(list = ""): void {
  // Bound: `REMEMBERED_MAX`.
  remembered = { list, places: new Map() };
}

function remember(places: Map<string, Place>, channel: string, place: Place): void {
  places.delete(channel);
  places.set(channel, place);
  for (const oldest of places.keys()) {
    if (places.size <= REMEMBERED_MAX) break;
    places.delete(oldest);
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
  const now = Date.now();
  const places = rememberedOf(archive);
  const placeOf = (id: string): string | undefined => {
    const place = places.get(id);
    return place && place.until > now ? place.name : undefined;
  };
  const answer: PlacesAnswer<C, Row> = { places: [], missing: [], errors: [] };
  const isOnlyPlace = archive.names.length === 1 && !archive.hasFormer;
  /**
   * Asks one database. Returns the channels of `sought` that have entries there; null if it failed.
   */
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
      if (archive.isListed(name)) for (const channel of present) remember(places, channel, { name, until: Infinity });
      return present;
    } catch (error) {
      answer.errors.push(error);
      return null;
    }
  };

  const absent: C[] = [];
  const missing = new Set<string>();
  const byName = Map.groupBy(channels, ({ id }) => placeOf(id) ?? archive.choose(id));
  await Promise.all(
    [...byName].map(async ([name, asked]) => {
      const sought = isOnlyPlace ? [] : asked.filter(({ id }) => placeOf(id) === undefined);
      const present = await ask(name, asked, sought);
      if (present === null) for (const { id } of asked) missing.add(id);
      absent.push(...sought.filter(({ id }) => !present?.has(id)));
    }),
  );
  if (absent.length > 0) {
    const { found, failed } = await askElsewhere(archive, absent, ask);
    for (const { id } of absent) {
      if (found.has(id)) missing.delete(id);
      else if (failed.has(id)) missing.add(id);
      else if (!missing.has(id)) remember(places, id, { name: archive.choose(id), until: now + ABSENT_MS });
    }
  }
  // Without any answer the search has failed.
  if (answer.places.length === 0 && answer.errors.length > 0) throw answer.errors[0];
  return { ...answer, missing: [...missing] };
}

/**
 * Asks the databases that would not store the channels now. Returns the channels that were found
 * in one, and those that may be in one that failed.
 */
async function askElsewhere<C extends { id: string }>(
  archive: Archive,
  absent: readonly C[],
  ask: (name: string, asked: C[], sought: readonly C[]) => Promise<Set<string> | null>,
): Promise<{ found: ReadonlySet<string>; failed: ReadonlySet<string> }> {
  const others = [...archive.names, ...(await archive.formerInUse())];
  const found = new Set<string>();
  const failed = new Set<string>();
  await Promise.all(
    others.map(async (name) => {
      const asked = absent.filter(({ id }) => archive.choose(id) !== name);
      const present = asked.length > 0 ? await ask(name, asked, asked) : new Set<string>();
      if (present === null) for (const { id } of asked) failed.add(id);
      for (const id of present ?? []) found.add(id);
    }),
  );
  return { found, failed };
}
