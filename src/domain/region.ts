// Where the platform places objects that are used from a place on earth.
import type { LocationHint } from "../protocol";

/** Where a request comes from, as far as the platform says. */
export interface RequestPlace {
  /** Two letters of a continent: AF, AN, AS, EU, NA, OC, SA. */
  continent?: string | undefined;
  /** Two letters of a country (ISO 3166-1). */
  country?: string | undefined;
  /** Degrees east of Greenwich, as a decimal number. */
  longitude?: string | undefined;
}

/** The countries of Asia that the platform counts as the Middle East. */
const middleEast: readonly string[] = [
  ...["AE", "BH", "CY", "GE", "IL", "IQ", "IR", "JO", "KW", "LB", "OM", "PS", "QA", "SA", "SY", "TR", "YE"],
];

/** The longitude between the east and the west of a continent. */
const MIDDLE_OF_NORTH_AMERICA = -100;
const MIDDLE_OF_EUROPE = 15;

/** Returns the location hint for objects near a place; null if the platform does not say where. */
export function locationHintOf({ continent, country = "", longitude }: RequestPlace): LocationHint | null {
  const degrees = Number(longitude ?? Number.NaN);
  switch (continent) {
    case "NA":
      return degrees < MIDDLE_OF_NORTH_AMERICA ? "wnam" : "enam";
    case "SA":
      return "sam";
    case "EU":
      return degrees > MIDDLE_OF_EUROPE ? "eeur" : "weur";
    case "AS":
      return middleEast.includes(country) ? "me" : "apac";
    case "OC":
      return "oc";
    case "AF":
      return "afr";
    default:
      return null;
  }
}
