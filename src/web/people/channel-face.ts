// The name and avatar of a channel: those of the other person, of the group, of the channel of a
// guild, or of my notes.
import { channelKinds, type Profile } from "../../protocol";
import { type InboxEntry, isGone } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { isolated, personName } from "../../text/person-name";
import { alikeStore } from "./alike-people";

export interface ChannelFace {
  kind: "person" | "notes" | "group" | "channel";
  /** The id that decides the tone of the avatar. */
  id: string;
  name: string;
  handle: string | null;
  /** Whether the name ends with the handle, because another person's name looks the same. */
  isAlike: boolean;
  /** Whether the person has deleted their account. */
  isGone: boolean;
}

const isAlike = ({ id }: Profile): boolean => alikeStore.get().has(id);

/**
 * Returns the display name, with the handle if another person's name looks the same. A deleted
 * account has no name. Render again when `alikeStore` changes.
 */
export const nameOfPerson = (person: Profile, text: Dictionary): string =>
  isGone(person) ? text.chats.deletedAccount : personName(person, isAlike(person));

export function faceOf(entry: InboxEntry, me: string, text: Dictionary): ChannelFace {
  const others = entry.members.filter((member) => member.id !== me);
  // The other person of a direct channel may not have accepted yet.
  const other = others[0] ?? entry.pending[0];
  const isPair = channelKinds[entry.kind].roster === "pair";
  if (isPair && other === undefined)
    return { kind: "notes", id: entry.id, name: text.chats.notes, handle: null, isAlike: false, isGone: false };
  if (isPair && other !== undefined)
    return {
      kind: "person",
      id: other.id,
      name: nameOfPerson(other, text),
      handle: other.handle || null,
      isAlike: isAlike(other),
      isGone: isGone(other),
    };
  if (entry.guild !== undefined)
    return { kind: "channel", id: entry.id, name: entry.name, handle: null, isAlike: false, isGone: false };
  const name = isolated(entry.name) || others.map((member) => nameOfPerson(member, text)).join(", ");
  return { kind: "group", id: entry.id, name, handle: null, isAlike: false, isGone: false };
}

export function nameOf(members: readonly Profile[], id: string, text: Dictionary): string {
  const member = members.find((one) => one.id === id);
  return member ? nameOfPerson(member, text) : text.chats.unknownPerson;
}
