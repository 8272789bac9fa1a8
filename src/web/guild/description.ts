import { changeGuild } from "../../protocol";

/** Returns whether a text may be the description of a guild. */
export const isDescription = (description: string): boolean => changeGuild.safeParse({ description }).success;
