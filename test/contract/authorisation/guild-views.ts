// What a member must see of a guild: its channels with what they may do there.
import type { GuildView } from "../../../src/protocol";
import { type PersonName, permissionsIn, permissionsInGuild } from "./callers";
import { secrets } from "./world";

const places = ["text", "announcement", "private"] as const;
type GuildPlaceName = (typeof places)[number];
const nameOf: Readonly<Record<string, GuildPlaceName>> = {
  ...{ general: "text", news: "announcement", [secrets.privateName]: "private" },
};

const line = (place: string, permissions: readonly string[]): string => `${place} [${[...permissions].sort()}]`;

/** Returns the channels of the matrix in an answer, in a fixed order. */
export function channelsIn(answer: string): string {
  const { channels, permissions } = JSON.parse(answer) as GuildView;
  const known = channels.flatMap(({ name, permissions: own }) => (nameOf[name] ? [line(nameOf[name], own)] : []));
  return [...known.sort(), line("guild", permissions)].join(" ");
}

const ofCalls: readonly string[] = ["call", "speak", "video", "share"];
const isOfText = (name: string): boolean => !ofCalls.includes(name);
/** The view of a guild has the permissions of calls in every channel, and none without `call`. */
const callsOf = (who: PersonName): readonly string[] => {
  const own: readonly string[] = permissionsInGuild(who);
  return own.includes("call") ? own.filter((name) => !isOfText(name)) : [];
};

/** What `GET` of the guild shows. */
export const seenBy = (who: PersonName): string => {
  const own = places.flatMap((place) => {
    const permissions = permissionsIn(who, place);
    return permissions === null ? [] : [line(place, [...permissions.filter(isOfText), ...callsOf(who)])];
  });
  return [...own.sort(), line("guild", permissionsInGuild(who))].join(" ");
};

/**
 * What somebody with one role would see, as a caller may know it: in channels in which the caller
 * manages roles.
 */
export function seenAs(role: "low" | "insider", who: PersonName): string {
  const everyone = ["view", "history"];
  const own: Record<GuildPlaceName, readonly string[] | null> = {
    text: everyone,
    announcement: role === "insider" ? [...everyone, "send"] : everyone,
    private: role === "insider" ? everyone : null,
  };
  const shown = places.flatMap((place) => {
    const permissions = own[place];
    const isManaged = permissionsIn(who, place)?.includes("manage_roles") === true;
    return permissions !== null && isManaged ? [line(place, permissions)] : [];
  });
  return [...shown.sort(), line("guild", everyone)].join(" ");
}
