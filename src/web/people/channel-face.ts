// Whose face a channel wears for me: the other person's, or mine where I talk to myself.
import type { Profile } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import type { Dictionary } from "../text/en";

export interface ChannelFace {
  kind: "person" | "notes" | "group";
  /** Whose tone the avatar takes. */
  id: string;
  name: string;
  handle: string | null;
}

export function faceOf(entry: InboxEntry, me: string, text: Dictionary): ChannelFace {
  const others = entry.members.filter((member) => member.id !== me);
  const [other] = others;
  if (entry.kind === "direct" && other === undefined)
    return { kind: "notes", id: entry.id, name: text.chats.notes, handle: null };
  if (entry.kind === "direct" && other !== undefined)
    return { kind: "person", id: other.id, name: other.name, handle: other.handle };
  const name = entry.name || others.map((member) => member.name).join(", ");
  return { kind: "group", id: entry.id, name, handle: null };
}

export const nameOf = (members: readonly Profile[], id: string, text: Dictionary): string =>
  members.find((member) => member.id === id)?.name ?? text.chats.deletedAccount;
