// Whose face a channel wears for me: the other person's, or mine where I talk to myself.
import type { Profile } from "../../protocol";
import { type InboxEntry, isGone } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";

export interface ChannelFace {
  kind: "person" | "notes" | "group";
  /** Whose tone the avatar takes. */
  id: string;
  name: string;
  handle: string | null;
  /** Whether the person has deleted their account. */
  isGone: boolean;
}

/** What somebody is called; who deleted their account has no name any more. */
export const nameOfPerson = (person: Profile, text: Dictionary): string =>
  isGone(person) ? text.chats.deletedAccount : person.name;

export function faceOf(entry: InboxEntry, me: string, text: Dictionary): ChannelFace {
  const others = entry.members.filter((member) => member.id !== me);
  const [other] = others;
  if (entry.kind === "direct" && other === undefined)
    return { kind: "notes", id: entry.id, name: text.chats.notes, handle: null, isGone: false };
  if (entry.kind === "direct" && other !== undefined)
    return {
      kind: "person",
      id: other.id,
      name: nameOfPerson(other, text),
      handle: other.handle || null,
      isGone: isGone(other),
    };
  const name = entry.name || others.map((member) => nameOfPerson(member, text)).join(", ");
  return { kind: "group", id: entry.id, name, handle: null, isGone: false };
}

export function nameOf(members: readonly Profile[], id: string, text: Dictionary): string {
  const member = members.find((one) => one.id === id);
  return member ? nameOfPerson(member, text) : text.chats.unknownPerson;
}
