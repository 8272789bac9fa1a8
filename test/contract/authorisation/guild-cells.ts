// The cells of the routes of a guild: each row in the guild itself, in a guild that will be erased,
// in another guild with the ids of this one, and in no guild at all.
import { type Caller, callers, isMember, type PersonName } from "./callers";
import { ask, type Cell, type MatrixRequest, signInRefusal } from "./cell";
import { changedRows, directoryRows } from "./directory-rows";
import { inviteRows } from "./guild-invite-rows";
import { moderationRows } from "./guild-moderation-rows";
import { type GuildRow, whole } from "./guild-needs";
import { overrideRows } from "./guild-override-rows";
import { guildPlaceRows } from "./guild-place-rows";
import { reportRows } from "./guild-report-rows";
import { roles } from "./guild-role-rows";
import { members, wholeGuild } from "./guild-rows";
import type { MatrixWorld } from "./world";

export const guildRows: readonly GuildRow[] = [
  ...wholeGuild,
  ...members,
  ...roles,
  ...guildPlaceRows,
  ...overrideRows,
  ...inviteRows,
  ...moderationRows,
  ...reportRows,
];

/** Who is timed out sees until when. */
const fieldsFor = ({ fields }: GuildRow, caller: Caller) =>
  fields === whole && caller === "timedOut" ? [...whole, "timedOutUntil"] : fields;

/** Whether the path or the body names something inside of the guild. */
const namesInside = ({ route, object }: GuildRow): boolean =>
  /\{(?:role|channel|category|target)\}/.test(route) || /welcome channel/.test(object);

const refusalIn = (row: GuildRow, caller: Caller): string | null => {
  if (!isMember(caller)) return "not_found";
  for (const need of row.needs) {
    const code = need(caller as PersonName);
    if (code !== null) return code;
  }
  return null;
};

const madeBy = ({ ok, shown }: GuildRow, caller: Caller): string =>
  shown ? `${ok}: ${shown.to(caller as PersonName)}` : ok;

const sent = (row: GuildRow, guild: string, { path, ...rest }: MatrixRequest): MatrixRequest => ({
  ...rest,
  ...{ method: row.route.split(" ")[0] ?? "", path: `/v1/guilds/${guild}${path}` },
});

/** What a guild that will be erased answers to its members. */
function closingRefusal(row: GuildRow, caller: Caller): string | null {
  if (!isMember(caller)) return "not_found";
  const method = row.route.split(" ")[0];
  if (method === "GET") return refusalIn(row, caller);
  return "guild_deleted";
}
/** In such a guild reads, its owner's decision and removals stay possible; the latter are above. */
const isInClosing = ({ route }: GuildRow): boolean =>
  !/deletion|DELETE .*\/members\/\{user\}$/.test(route) &&
  !(route.startsWith("GET") && /\{(?:role|channel|category)\}/.test(route));

export function* guildCells(): Generator<Cell> {
  for (const row of guildRows)
    for (const caller of callers) {
      const signIn = signInRefusal(caller);
      const refusal = refusalIn(row, caller);
      const base = { row: row.route, caller, namesPlaces: row.namesPlaces === true };
      const fields = fieldsFor(row, caller);
      yield {
        ...{ ...base, object: row.object, expected: signIn ?? refusal ?? madeBy(row, caller) },
        ...(fields && { fields }),
        run: async (world) => {
          const isPermitted = (signIn ?? refusal) === null && !row.route.startsWith("GET");
          if (isPermitted) await row.prepare?.(world);
          const wanted = sent(row, world.guild, await row.request(world, caller));
          const before = isPermitted ? await directoryRows() : null;
          const seen = await ask(world, caller, wanted);
          if (!/^2/.test(seen.outcome)) return seen;
          await row.undo?.(world, seen.text, caller);
          if (row.shown) return { ...seen, outcome: `${seen.outcome}: ${row.shown.of(seen.text)}` };
          if (before === null) return seen;
          const named = row.touchesNamed ? wanted.path.match(/\b[cruk]_\w+/g)?.at(-1) : undefined;
          const changed = changedRows(before, await directoryRows(), named);
          return changed.length === 0
            ? seen
            : { outcome: `${seen.outcome}, and changed ${changed.join(" ")}`, text: "" };
        },
      };
      yield* elsewhere(row, caller, signIn);
    }
}

function* elsewhere(row: GuildRow, caller: Caller, signIn: string | null): Generator<Cell> {
  const cell = (object: string, expected: string, guild: (world: MatrixWorld) => string): Cell => ({
    ...{ row: row.route, caller, object: `${row.object} (${object})`, expected: signIn ?? expected },
    namesPlaces: row.namesPlaces === true,
    run: async (world) => ask(world, caller, sent(row, guild(world), await row.request(world, caller))),
  });
  yield cell("unknown guild", "not_found", () => "g_nowhere");
  if (namesInside(row) && !/foreign|another guild|kicked|a group|unknown|deleted/.test(row.object))
    yield cell("ids of one guild used in another", "not_found", ({ otherGuild }) => otherGuild);
  if (isInClosing(row))
    yield cell("guild that will be erased", closingRefusal(row, caller) ?? row.ok, ({ closingGuild }) => closingGuild);
}
