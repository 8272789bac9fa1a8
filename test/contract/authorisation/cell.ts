// A cell of the authorisation matrix: one caller, one row, one object, and what must come of it.
import { type ErrorCode, errors } from "../../../src/protocol";
import { request, type Sent } from "../../support/http";
import { type Caller, isMember, type Place, permissionsIn, permissionsInGuild, places, readsOlder } from "./callers";
import { type MatrixWorld, secretOf, secrets } from "./world";

/** What a server answered: a status below 400, the code of an error, or what a socket did. */
export interface Seen {
  outcome: string;
  /** Everything that the caller could read. */
  text: string;
}

export interface Cell {
  row: string;
  object: string;
  caller: Caller;
  expected: string;
  /** Whether the answer may name channels, categories and topics that the caller does not see. */
  namesPlaces?: boolean;
  /** The fields of the answer; left out where the answer has none or they are not checked. */
  fields?: readonly string[];
  run(world: MatrixWorld): Promise<Seen>;
}

export interface MatrixRequest extends Sent {
  path: string;
}

/** Sends a request as a caller. Every refusal must be a problem of the table of errors. */
export async function ask(world: MatrixWorld, caller: Caller, { path, ...sent }: MatrixRequest): Promise<Seen> {
  const token = world.tokens[caller];
  const answer = await request(path, { ...sent, ...(token !== undefined && { token }) });
  if (answer.webSocket) {
    answer.webSocket.accept();
    answer.webSocket.close();
    return { outcome: "101", text: "" };
  }
  const text = await answer.text();
  if (answer.status < 400) return { outcome: String(answer.status), text };
  if (!answer.headers.get("content-type")?.startsWith("application/problem+json"))
    return { outcome: `${answer.status} without a problem`, text };
  const { code } = JSON.parse(text) as { code: ErrorCode };
  const isRight = errors[code]?.status === answer.status;
  return { outcome: isRight ? code : `${answer.status} with the code ${code}`, text };
}

/** What callers without a valid sign-in get everywhere; null for all others. */
export function signInRefusal(caller: Caller): string | null {
  if (caller === "anonymous") return "sign_in_required";
  if (caller === "ended") return "unauthorized";
  return caller === "endedAccess" ? "token_expired" : null;
}

const isHiddenCategoryOpen = (caller: Caller): boolean =>
  isMember(caller) && permissionsInGuild(caller).includes("manage_channels");

const ofGuild: ReadonlySet<Place> = new Set(["text", "announcement", "private"]);

/** The words that a caller may not read anywhere. */
export function secretsFrom(caller: Caller, namesPlaces = false): string[] {
  const isPerson = signInRefusal(caller) === null;
  const reads = (place: Place) => isPerson && readsOlder(caller as never, place);
  const sees = (place: Place) =>
    isPerson && (permissionsIn(caller as never, place) !== null || (namesPlaces && ofGuild.has(place)));
  // Everyone who sees a channel may read its topic, and a group has a name like that.
  const inChannels = places
    .filter((place) => !reads(place))
    .map((place) => (sees(place) ? `${secretOf(place)} of` : secretOf(place)));
  return [
    ...inChannels,
    ...(isMember(caller) ? [] : [secrets.guild]),
    ...(sees("private") ? [] : [secrets.privateName]),
    ...(namesPlaces || isHiddenCategoryOpen(caller) ? [] : [secrets.hiddenCategory]),
    ...(sees("foreign") ? [] : [secrets.otherGuild]),
  ];
}

/** Returns how an answer differs from its cell; null if it does not. */
export function faultOf({ caller, expected, fields, namesPlaces }: Cell, { outcome, text }: Seen): string | null {
  if (outcome !== expected) return `answered ${outcome} in place of ${expected}: ${text.slice(0, 200)}`;
  // What a person wrote is theirs, also after they left.
  const others = text.replaceAll(new RegExp(`sekret-in-\\w+ of ${caller} `, "g"), "");
  const leaked = secretsFrom(caller, namesPlaces).find((secret) => others.includes(secret));
  if (leaked !== undefined) return `showed "${leaked}"`;
  if (!fields || !/^2/.test(outcome) || text === "") return null;
  const shown = Object.keys(JSON.parse(text) as object).sort();
  return shown.join() === [...fields].sort().join() ? null : `has the fields ${shown.join(", ")}`;
}

export const nameOf = ({ row, object, caller }: Cell): string => `${row} | ${object} | ${caller}`;
