// What a roster of a large channel changes for those who have visited it. The roster has only the
// members whose row changed. A change of roles or overrides also concerns visitors with an
// unchanged row: they are found by their roles, because few sets of roles differ.
import { type GuildMirror, guildMember, rulesOfChannel } from "../../domain/guild-mirror";
import { SharedPermissions } from "../../domain/guild-viewers";
import { isChanged, isRejoined, type Roster, type RosterChange, type RosterMember } from "../../domain/roster";

/** The part of the mirror that this reads. */
interface VisitorSource {
  guild: GuildMirror | null;
  get(user: string): RosterMember | null;
}

/**
 * Returns which visitors are put again and which are removed. One who left and joined again is
 * removed, and visits again. Those whose `history` changed are put again, for their first entry.
 * `before` resolves permissions as they were.
 */
export function visitorChange(
  sql: SqlStorage,
  source: VisitorSource,
  { guild, members, delta }: Roster,
  before: SharedPermissions | null,
): RosterChange {
  const put = new Map<string, RosterMember>();
  const removed = new Set<string>((delta?.removed ?? []).filter((user) => source.get(user) !== null));
  for (const member of members) {
    const known = source.get(member.user);
    if (!known || removed.has(member.user)) continue;
    if (isRejoined(known, member)) removed.add(member.user);
    else if (isChanged(known, member)) put.set(member.user, member);
  }
  if (guild && before && !isSameRules(source.guild, guild)) {
    const after = new SharedPermissions(rulesOfChannel(guild));
    for (const user of affectedVisitors(sql, source, before, after)) {
      const known = source.get(user);
      if (!known || removed.has(user) || put.has(user)) continue;
      if (after.of(memberOf(known)).has("view")) put.set(user, known);
      else removed.add(user);
    }
  }
  return { put: [...put.values()], removed: [...removed] };
}

const memberOf = ({ user, roles = [] }: RosterMember) => guildMember(user, roles);

/** Whether two mirrors give every member the same permissions. */
function isSameRules(one: GuildMirror | null, other: GuildMirror): boolean {
  const rules = ({ owner, type, roles, overrides }: GuildMirror) => JSON.stringify([owner, type, roles, overrides]);
  return one !== null && rules(one) === rules(other);
}

/** Yields the visitors of whom the rules take `view`, or give or take `history`. */
function* affectedVisitors(
  sql: SqlStorage,
  source: VisitorSource,
  before: SharedPermissions,
  after: SharedPermissions,
): Generator<string> {
  const isAffected = (member: ReturnType<typeof memberOf>): boolean => {
    const [was, is] = [before.of(member), after.of(member)];
    return !is.has("view") || was.has("history") !== is.has("history");
  };
  const named = new Set([...before.named, ...after.named]);
  for (const { roles } of sql.exec<{ roles: string }>("SELECT DISTINCT roles FROM members").toArray()) {
    if (!isAffected(guildMember("", JSON.parse(roles)))) continue;
    for (const { user } of sql.exec<{ user: string }>("SELECT user FROM members WHERE roles = ?", roles).toArray())
      if (!named.has(user)) yield user;
  }
  for (const user of named) {
    const known = source.get(user);
    if (known && isAffected(memberOf(known))) yield user;
  }
}
