// The rows that the directory holds of guilds and channels, one line each, for comparisons: a
// change that is made touches what it names and nothing else, and one that is refused touches
// nothing.
import { env } from "cloudflare:workers";

/** The columns that a repeated removal and return restores. Places are compared by their order. */
const tables: Readonly<Record<string, string>> = {
  guilds: "id, name, description, owner, welcome_channel, delete_at IS NULL",
  guild_roles: "guild, id, name, low, high, mentionable",
  guild_members: "guild, user",
  guild_member_roles: "guild, user, role",
  guild_bans: "guild, user",
  guild_time_outs: "guild, user",
  guild_categories: "guild, id, name",
  guild_channels: "guild, channel, category, type",
  guild_overrides: 'guild, place, target, "of", allow_low, allow_high, deny_low, deny_high',
  // A deleted channel of a guild has no name.
  channels: "id, kind, name, topic FROM channels WHERE kind <> 'guild' OR name <> ''",
  memberships: "channel, user, role",
};
/** What also rises or is written when a change is made. */
const traces: Readonly<Record<string, string>> = {
  guild_revisions: "SELECT id, revision FROM guilds",
  guild_outbox: "SELECT guild, revision FROM guild_outbox",
  guild_audit: "SELECT guild, revision FROM guild_audit",
  roster_outbox: "SELECT object, revision FROM roster_outbox",
  channel_revisions: "SELECT id, revision FROM channels",
  former_memberships: "SELECT user, channel FROM former_memberships",
};
const orders: Readonly<Record<string, string>> = {
  roles: "SELECT guild, id FROM guild_roles ORDER BY guild, position, id",
  categories: "SELECT guild, id FROM guild_categories ORDER BY guild, position, id",
  channels: "SELECT guild, channel AS id FROM guild_channels ORDER BY guild, position, channel",
};

/** Returns all rows; with `traces`, also what every change leaves. */
export async function directoryRows(withTraces = false): Promise<Set<string>> {
  const plain = [
    ...Object.entries(tables).map(
      ([table, rest]) => [table, `SELECT ${rest}${rest.includes(" FROM ") ? "" : ` FROM ${table}`}`] as const,
    ),
    ...(withTraces ? Object.entries(traces) : []),
  ];
  const ordered = Object.entries(orders);
  const answers = await env.DIRECTORY.batch<Record<string, unknown>>(
    [...plain, ...ordered].map(([, sql]) => env.DIRECTORY.prepare(sql)),
  );
  const lines = new Set<string>();
  for (const [at, [table]] of plain.entries())
    for (const row of answers[at]?.results ?? []) lines.add(`${table} ${JSON.stringify(row)}`);
  for (const [at, [name]] of ordered.entries()) {
    const byGuild = Map.groupBy(answers[plain.length + at]?.results ?? [], ({ guild }) => guild);
    for (const [guild, rows] of byGuild) lines.add(`order of ${name} ${guild}: ${rows.map(({ id }) => id).join()}`);
  }
  return lines;
}

/** Returns the lines in one of two sets and not in the other that do not name `touched`. */
export function changedRows(before: ReadonlySet<string>, after: ReadonlySet<string>, touched?: string): string[] {
  const differing = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] => [
    ...[...one].filter((line) => !other.has(line)),
    ...[...other].filter((line) => !one.has(line)),
  ];
  if (touched === undefined) return differing(before, after);
  const others = (lines: ReadonlySet<string>) => new Set([...lines].flatMap((line) => withoutId(line, touched)));
  return differing(others(before), others(after));
}

/** Leaves out the lines of an id, and its place in an order. */
function withoutId(line: string, id: string): string[] {
  if (!line.includes(id)) return [line];
  const [name = "", ids = ""] = line.split(": ");
  return line.startsWith("order of ") ? [`${name}: ${ids.split(",").filter((each) => each !== id)}`] : [];
}
