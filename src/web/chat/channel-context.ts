// The members of a channel and what I may do in it. Each of its messages uses this.
import { createContext, useContext, useMemo } from "react";
import type { Permission, Profile } from "../../protocol";
import { type InboxEntry, isGone } from "../../sdk";
import { client, useStore } from "../app/client";
import { useText } from "../app/use-text";
import { alikeStore } from "../people/alike-people";
import { nameOf, nameOfPerson } from "../people/channel-face";
import { type RoleName, useRoleNames } from "./role-names";

export interface ChannelContext {
  id: string;
  me: string;
  kind: InboxEntry["kind"];
  /** The guild of the channel; null outside of guilds. */
  guild: string | null;
  members: readonly Profile[];
  /** The roles of the guild, the highest first; none in other channels. */
  roles: readonly RoleName[];
  may(permission: Permission): boolean;
  /** Returns the name of a person, also of a former member. For myself it is the word for "you". */
  name(id: string): string;
  /** Returns the person's own name, also for myself. Avatars show its first letter. */
  fullName(id: string): string;
  /** Returns whether I block the person. */
  isBlocked(id: string): boolean;
  /** Returns whether the person has deleted their account. */
  isGone(id: string): boolean;
  /** Returns how many replies in the thread of a message I have not seen. */
  unseenReplies(root: number): number;
}

const ReactChannelContext = createContext<ChannelContext | null>(null);
export const ChannelContextProvider = ReactChannelContext.Provider;

export function useChannelContext(): ChannelContext {
  const context = useContext(ReactChannelContext);
  if (!context) throw new Error("A message is shown outside a channel.");
  return context;
}

/** Returns the same object until something in it changes, so that rows do not render again. */
export function useChannelContextOf(
  entry: InboxEntry | null,
  me: string,
  permissions: readonly Permission[],
): ChannelContext {
  const text = useText();
  const id = entry?.id ?? "";
  const kind = entry?.kind ?? "direct";
  const guild = entry?.guild ?? null;
  const members = entry?.members;
  const permitted = permissions.join(" ");
  const unseen = (entry?.row.unseen ?? []).flatMap(({ thread }) => thread ?? []).join(" ");
  const alike = useStore(alikeStore);
  const blocked = useStore(client.safety.blocked);
  const roles = useRoleNames(entry?.guild);
  // biome-ignore lint/correctness/useExhaustiveDependencies: names depend on who looks alike.
  return useMemo<ChannelContext>(() => {
    const known = members ?? [];
    const granted = permitted.split(" ");
    const unseenRoots = unseen.split(" ");
    const find = (id: string) => known.find((member) => member.id === id) ?? client.profile(id);
    const fullName = (id: string) => {
      const person = find(id);
      return person ? nameOfPerson(person, text) : nameOf(known, id, text);
    };
    return {
      id,
      me,
      kind,
      guild,
      members: known,
      roles,
      may: (permission) => granted.includes(permission),
      name: (id) => (id === me ? text.chat.you : fullName(id)),
      fullName,
      isBlocked: (id) => blocked.has(id),
      isGone: (id) => {
        const person = find(id);
        return person !== null && isGone(person);
      },
      unseenReplies: (root) => unseenRoots.filter((one) => one === String(root)).length,
    };
  }, [id, kind, guild, members, roles, permitted, unseen, me, text, alike, blocked]);
}
