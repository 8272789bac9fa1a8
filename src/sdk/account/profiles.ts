import type { Profile } from "../../protocol";

/** Whether the person ended their account: what they were called is no longer known [S101]. */
export const isGone = ({ handle }: Pick<Profile, "handle">): boolean => handle === "";
