// Highlights "@handle" in a text. Only mentions that the server found are highlighted.
import { createContext, type ReactNode, useContext } from "react";
import { type Mentions, mentionedName, type Profile, typedMentions } from "../../protocol";

/** Whether a mention means me or another person, by the name after the "@" in lower case. */
export type Mentioned = ReadonlyMap<string, "me" | "other">;

const NOBODY: Mentioned = new Map();
const MentionedContext = createContext<Mentioned>(NOBODY);
export const MentionedProvider = MentionedContext.Provider;

export function mentionedIn(mentions: Mentions | null, members: readonly Profile[], me: string): Mentioned {
  if (mentions === null || (mentions.users.length === 0 && mentions.all === null)) return NOBODY;
  const found = new Map<string, "me" | "other">();
  for (const { id, handle } of members) {
    if (handle !== "" && mentions.users.includes(id)) found.set(handle, id === me ? "me" : "other");
  }
  if (mentions.all !== null) found.set(mentions.all, "me");
  return found;
}

/** Splits the text at its mentions. A handle at the end of a sentence may be followed by a dot. */
export function splitMentions(text: string, mentioned: Mentioned): { text: string; target: "me" | "other" | null }[] {
  if (mentioned.size === 0) return [{ text, target: null }];
  const pieces: { text: string; target: "me" | "other" | null }[] = [];
  let done = 0;
  for (const typed of typedMentions(text)) {
    const name = mentionedName(typed, mentioned);
    const target = name === null ? undefined : mentioned.get(name);
    if (name === null || target === undefined) continue;
    const end = typed.at + 1 + name.length;
    if (typed.at > done) pieces.push({ text: text.slice(done, typed.at), target: null });
    pieces.push({ text: text.slice(typed.at, end), target });
    done = end;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), target: null });
  return pieces;
}

export function TextWithMentions({ text }: { text: string }): ReactNode {
  const mentioned = useContext(MentionedContext);
  if (mentioned.size === 0) return text;
  let at = 0;
  return splitMentions(text, mentioned).map((piece) => {
    const key = at;
    at += piece.text.length;
    if (piece.target === null) return piece.text;
    return (
      <span key={key} className="mention" data-mentions={piece.target}>
        {piece.text}
      </span>
    );
  });
}
