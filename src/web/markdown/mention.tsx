// Highlights "@handle" in a text. Only mentions that the server found are highlighted.
import { createContext, type ReactNode, useContext } from "react";
import { type Mentions, mentionsIn, type Profile, type TextNode } from "../../protocol";

/** Whether a mention means me or another person, by the name after the "@" in lower case. */
export type Mentioned = ReadonlyMap<string, "me" | "other">;

const NOBODY: Mentioned = new Map();
const MentionedContext = createContext<Mentioned>(NOBODY);
export const MentionedProvider = MentionedContext.Provider;

/** In quotes and in the labels of links nobody is mentioned. */
export function WithoutMentions({ children }: { children: ReactNode }) {
  return <MentionedProvider value={NOBODY}>{children}</MentionedProvider>;
}

export function mentionedIn(mentions: Mentions | null, members: readonly Profile[], me: string): Mentioned {
  if (mentions === null || (mentions.users.length === 0 && mentions.all === null)) return NOBODY;
  const found = new Map<string, "me" | "other">();
  for (const { id, handle } of members) {
    if (handle !== "" && mentions.users.includes(id)) found.set(handle, id === me ? "me" : "other");
  }
  if (mentions.all !== null) found.set(mentions.all, "me");
  // The wider word of a text that has both is stored.
  if (mentions.all === "channel") found.set("here", "me");
  return found;
}

/** Splits a text at its mentions. */
export function splitMentions(
  node: Pick<TextNode, "text" | "before">,
  mentioned: Mentioned,
): { text: string; target: "me" | "other" | null }[] {
  const { text } = node;
  const pieces: { text: string; target: "me" | "other" | null }[] = [];
  let done = 0;
  // A mention may follow a word for everyone, also where that mentions nobody: "@here/@bob".
  const isName = (handle: string) => handle === "here" || handle === "channel" || mentioned.has(handle);
  for (const { name, from, to } of mentionsIn(node, isName)) {
    const target = mentioned.get(name);
    if (target === undefined) continue;
    if (from > done) pieces.push({ text: text.slice(done, from), target: null });
    pieces.push({ text: text.slice(from, to), target });
    done = to;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), target: null });
  return pieces;
}

export function TextWithMentions({ node }: { node: TextNode }): ReactNode {
  const mentioned = useContext(MentionedContext);
  if (mentioned.size === 0) return node.text;
  let at = 0;
  return splitMentions(node, mentioned).map((piece) => {
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
