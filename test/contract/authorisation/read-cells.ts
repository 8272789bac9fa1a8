// The cells of the routes of a channel that only read it or set something of the caller.
import type { ChannelInfo } from "../../../src/protocol";
import { request } from "../../support/http";
import { type Caller, callers, isOfGuild, type PersonName, type Place, permissionsIn, places } from "./callers";
import { ask, type Cell, signInRefusal } from "./cell";
import { seqOf } from "./channel-rows";
import { type MatrixWorld, tidy } from "./world";

const C = "/v1/channels/{channel}";
const S = `${C}/messages/{seq}`;

interface ReadRow {
  route: string;
  tail: string;
  ok: string;
  body?: object;
  fields?: readonly string[];
  /** What a member of the channel must see in the private channel. */
  shown?: { of(world: MatrixWorld, answer: string): string; to: string };
  /** What a member of the channel gets in place of `ok`. */
  refusal?(who: PersonName, place: Place): string | null;
}

/** Direct channels have no name and no members to change, and guilds have routes of their own. */
export const inGroupOnly = (place: Place): string | null =>
  place === "direct" ? "channel_is_direct" : isOfGuild(place) ? "channel_of_guild" : null;
const manages = (who: PersonName, place: Place) =>
  inGroupOnly(place) ?? (permissionsIn(who, place)?.includes("manage") ? null : "forbidden");
const invites = (who: PersonName, place: Place) =>
  inGroupOnly(place) ?? (permissionsIn(who, place)?.includes("invite") ? null : "forbidden");
const older = (who: PersonName, place: Place) =>
  isOfGuild(place) && permissionsIn(who, place)?.includes("history") !== true ? "not_found" : null;

/** The members of a channel by their names here, with the roles that clients know. */
function membersIn({ people }: MatrixWorld, answer: string): string {
  const names = new Map(Object.entries(people).map(([name, { id }]) => [id, name]));
  const { members } = JSON.parse(answer) as ChannelInfo;
  return members
    .map(({ user, role }) => `${names.get(user.id)} ${role}`)
    .sort()
    .join();
}

const reads: readonly ReadRow[] = [
  {
    ...{ route: `GET ${C}`, tail: "", ok: "200" },
    shown: { of: membersIn, to: "administrator admin,insider member,owner owner" },
  },
  { route: `GET ${C}/pins`, tail: "/pins", ok: "200", fields: ["items", "next"] },
  { route: `GET ${C}/events`, tail: "/events", ok: "200", fields: ["frames"] },
  { route: `GET ${S}`, tail: "/messages/{seq}", ok: "200", refusal: older },
  {
    route: `GET ${S}/versions`,
    tail: "/messages/{seq}/versions",
    ok: "200",
    fields: ["items", "next"],
    refusal: older,
  },
  { route: `PUT ${C}/draft`, tail: "/draft", body: { text: "hel" }, ok: "204" },
  { route: `PUT ${C}/mute`, tail: "/mute", body: { until: 0 }, ok: "204" },
  { route: `PUT ${C}/level`, tail: "/level", body: { level: "all" }, ok: "204" },
  { route: `PATCH ${C}`, tail: "", body: { topic: "" }, ok: "200", refusal: manages },
  { route: `GET ${C}/invites`, tail: "/invites", ok: "200", fields: ["items", "next"], refusal: invites },
  { route: `POST ${C}/invites`, tail: "/invites", body: {}, ok: "200", refusal: invites },
  // A member has accepted already. Nobody is asked into a channel of a guild.
  {
    ...{ route: "PUT /v1/requests/{channel}", tail: "", ok: "200" },
    refusal: (_, place) => (isOfGuild(place) ? "not_found" : null),
  },
  // Nobody of the matrix has a request.
  { route: "DELETE /v1/requests/{channel}", tail: "", ok: "204", refusal: () => "not_found" },
];

/** The cells of the routes of a channel that only read it or set something of the caller. */
export function* readCells(): Generator<Cell> {
  for (const { route, tail, ok, body, fields, shown, refusal } of reads)
    for (const place of places)
      for (const caller of callers) {
        const base = route.includes("/v1/requests") ? "/v1/requests/" : "/v1/channels/";
        const who = caller as PersonName;
        const isHidden = signInRefusal(caller) === null && permissionsIn(who, place) === null;
        const refused = isHidden ? "not_found" : (refusal?.(who, place) ?? null);
        const isShown = shown !== undefined && place === "private";
        const made = isShown ? `${ok}: ${shown.to}` : ok;
        yield {
          ...{ row: route, object: `${place} channel`, caller, expected: signInRefusal(caller) ?? refused ?? made },
          ...(fields && { fields }),
          run: async (world) => {
            if (route.endsWith("/invites")) await tidy(world);
            const seq = isPerson(caller) ? await seqOf(world, caller, place, "another's message", false) : 1;
            const seen = await ask(world, caller, {
              path: `${base}${world.channels[place]}${tail.replace("{seq}", String(seq))}`,
              method: route.split(" ")[0] ?? "",
              ...(body && { body }),
            });
            return isShown && seen.outcome === ok ? { ...seen, outcome: `${ok}: ${shown.of(world, seen.text)}` } : seen;
          },
        };
      }
  yield {
    ...{ row: `GET ${S}`, object: "another's message in the text channel, after a change of the guild" },
    ...{ caller: "newcomer", expected: "not_found" },
    run: async (world) => {
      const owner = world.tokens.owner ?? "";
      const role = `/v1/guilds/${world.guild}/roles/${world.roles.spare}`;
      for (const permissions of [["kick"], []])
        await request(role, { method: "PATCH", token: owner, body: { permissions } });
      const seq = await seqOf(world, "newcomer", "text", "another's message", false);
      return await ask(world, "newcomer", { path: `/v1/channels/${world.channels.text}/messages/${seq}` });
    },
  };
}

const isPerson = (caller: Caller): caller is PersonName => signInRefusal(caller) === null;
