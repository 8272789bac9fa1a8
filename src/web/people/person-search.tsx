// A list of people that is searched by name and handle.
import type { Profile } from "../../protocol";
import type { Dictionary } from "../../text/dictionary";
import { Field } from "../controls/field";
import { nameOfPerson } from "./channel-face";

/** The fewest people of a list with a search field. */
export const SEARCHED_FROM = 8;

/** Returns what a typed search asks for: without the `@` of a handle. */
export const wantedIn = (typed: string): string => typed.normalize("NFC").trim().replace(/^@/, "");

/** Returns whether the name or the handle of a person has what was typed. */
export function isWanted(user: Profile, typed: string, text: Dictionary): boolean {
  const name = nameOfPerson(user, text).normalize("NFC").toLowerCase();
  return `${name} ${user.handle}`.includes(wantedIn(typed).toLowerCase());
}

interface PersonSearchProps {
  label: string;
  typed: string;
  onType(typed: string): void;
}

export function PersonSearch({ label, typed, onType }: PersonSearchProps) {
  return (
    <Field
      label={label}
      type="search"
      value={typed}
      onChange={(event) => onType(event.target.value)}
      autoComplete="off"
    />
  );
}
