import { Megaphone, UsersRound } from "lucide-react";
import { useEffect, useRef } from "react";
import { useText } from "../app/use-text";
import { tint } from "../guild/tint";
import { Avatar } from "../people/avatar";
import { type MentionCandidate, mentionName } from "./mention";

interface MentionListProps {
  id: string;
  candidates: readonly MentionCandidate[];
  chosen: number;
  onChoose(candidate: MentionCandidate): void;
}

/**
 * The people and roles that an "@" may mention. The focus stays in the textarea, which refers to
 * this list.
 */
export function MentionList({ id, candidates, chosen, onChoose }: MentionListProps) {
  const text = useText();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Some browsers return a promise, which is no clean-up function.
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} id={id} className="mention-list" role="listbox" aria-label={text.message.mentionList}>
      {candidates.map((candidate, index) => (
        <div
          key={`${candidate.kind} ${mentionName(candidate)}`}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          // The textarea keeps the focus, and a phone keeps its keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(candidate)}
          onKeyDown={(event) => event.key === "Enter" && onChoose(candidate)}
        >
          {candidate.kind === "person" ? (
            <>
              <Avatar id={candidate.person.id} name={candidate.person.name} size="s" />
              <strong dir="auto">{candidate.person.name}</strong>
              <span>@{candidate.person.handle}</span>
            </>
          ) : candidate.kind === "role" ? (
            <>
              <span
                className="mention-list-all"
                style={candidate.role.color === null ? undefined : tint(candidate.role.color)}
              >
                <UsersRound aria-hidden />
              </span>
              <strong dir="auto">@{candidate.role.name}</strong>
              <span>{text.message.role}</span>
            </>
          ) : (
            <>
              <span className="mention-list-all">
                <Megaphone aria-hidden />
              </span>
              <strong>@{candidate.kind}</strong>
              <span>{text.message[candidate.kind]}</span>
            </>
          )}
        </div>
      ))}
    </div>
  );
}
