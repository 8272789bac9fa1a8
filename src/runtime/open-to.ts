import { type OpenTo, openTo } from "../protocol";

/**
 * Returns who needs no request where a person has not chosen, by the `OPEN_TO` variable. Without
 * it, people who share a channel. Throws if the variable is invalid.
 */
export const readOpenTo = (variable: string | undefined): OpenTo => openTo.parse(variable || "shared");
