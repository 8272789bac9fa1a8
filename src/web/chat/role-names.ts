// The roles of the guild of a channel, as far as messages mention them.
import { useMemo } from "react";
import { client, useStore } from "../app/client";

export interface RoleName {
  id: string;
  name: string;
  /** 24 bits of red, green and blue; null for the colour of the text. */
  color: number | null;
  mentionable: boolean;
  /** Whether I have it. */
  isMine: boolean;
}

const nothing = { get: () => null, subscribe: () => () => {} };

/** Returns the roles of a guild, the highest first, without that of everyone. */
export function useRoleNames(guild: string | undefined): readonly RoleName[] {
  const view = useStore(guild === undefined ? nothing : client.guilds.of(guild).view);
  return useMemo(() => {
    if (view === null) return [];
    const { roles, everyone, myRoles } = view;
    return roles
      .filter(({ id }) => id !== everyone)
      .map(({ id, name, color, mentionable }) => ({ id, name, color, mentionable, isMine: myRoles.includes(id) }));
  }, [view]);
}
