// Highlights "@handle" in a text. Only mentions that the server found are highlighted.
import { createContext, type ReactNode, useContext } from "react";
import { type Mentions, mentionsIn, type NamedRoles, namedRoles, type Profile, type TextNode } from "../../protocol";
import type { RoleName } from "../chat/role-names";

type Target = "me" | "other";

/** Whom the mentions of a text mean. */
export interface Mentioned {
  /** By the handle or the word for everyone, in lower case. */
  handles: ReadonlyMap<string, Target>;
  /** Null without mentions of roles. */
  roles: NamedRoles<RoleName> | null;
}

const NOBODY: Mentioned = { handles: new Map(), roles: null };
const MentionedContext = createContext<Mentioned>(NOBODY);
export const MentionedProvider = MentionedContext.Provider;

/** In quotes and in the labels of links nobody is mentioned. */
export function WithoutMentions({ children }: { children: ReactNode }) {
  return <MentionedProvider value={NOBODY}>{children}</MentionedProvider>;
}

/** `roles`: those of the guild, the highest first. */
export function mentionedIn(
  mentions: Mentions | null,
  members: readonly Profile[],
  me: string,
  roles: readonly RoleName[] = [],
): Mentioned {
  if (mentions === null || (mentions.users.length === 0 && mentions.all === null && !mentions.roles)) return NOBODY;
  const found = new Map<string, Target>();
  for (const { id, handle } of members) {
    if (handle !== "" && mentions.users.includes(id)) found.set(handle, id === me ? "me" : "other");
  }
  if (mentions.all !== null) found.set(mentions.all, "me");
  // The wider word of a text that has both is stored.
  if (mentions.all === "channel") found.set("here", "me");
  const ofText = roles.filter(({ id }) => mentions.roles?.includes(id));
  return { handles: found, roles: ofText.length === 0 ? null : namedRoles(ofText) };
}

/** Whether mentions mean me, by my handle, by a role or with everyone. */
export const meansMe = (mentions: Mentions | null, me: string): boolean =>
  mentions !== null && (mentions.all !== null || mentions.users.includes(me));

/** Splits a text at its mentions. */
export function splitMentions(
  node: Pick<TextNode, "text" | "before">,
  { handles, roles }: Mentioned,
): { text: string; target: Target | null }[] {
  const { text } = node;
  const pieces: { text: string; target: Target | null }[] = [];
  let done = 0;
  // A mention may follow a word for everyone, also where that mentions nobody: "@here/@bob".
  const isName = (handle: string) => handle === "here" || handle === "channel" || handles.has(handle);
  const targetOf = (name: string): Target => (roles?.byName.get(name)?.isMine ? "me" : "other");
  for (const { name, isRole, from, to } of mentionsIn(node, isName, roles)) {
    const target = isRole ? targetOf(name) : handles.get(name);
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
  if (mentioned.handles.size === 0 && mentioned.roles === null) return node.text;
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
