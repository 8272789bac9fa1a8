// What a large channel asks the directory: who of its guild has just come, or is mentioned.
import type { GuildId, UserId } from "../protocol";
import type { RosterMember } from "./roster";

/** Who of a guild to find: by user or by handle. */
export type WantedMembers = { users: readonly UserId[] } | { handles: readonly string[] };

/** Members of a guild as they are at one revision of it. */
export interface FoundMembers {
  revision: number;
  /** Those of the wanted people who are members. */
  members: RosterMember[];
}

export interface VisitDirectory {
  /** Returns null if the guild does not exist. */
  findMembers(guild: GuildId, wanted: WantedMembers): Promise<FoundMembers | null>;
}
