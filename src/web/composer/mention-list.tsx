import { Megaphone } from "lucide-react";
import { useEffect, useRef } from "react";
import { Avatar } from "../people/avatar";
import { useText } from "../text/use-text";
import { type MentionCandidate, mentionName } from "./mention";

interface CallListProps {
  id: string;
  candidates: readonly MentionCandidate[];
  chosen: number;
  onChoose(candidate: MentionCandidate): void;
}

/** Whom an "@" may mean. The focus stays in the box; it points here. */
export function MentionList({ id, candidates, chosen, onChoose }: CallListProps) {
  const text = useText();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Some browsers answer with a promise, which is no clean-up.
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} id={id} className="calls" role="listbox" aria-label={text.message.mentionList}>
      {candidates.map((candidate, index) => (
        <div
          key={mentionName(candidate)}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          // The box keeps the focus, and a phone its keyboard.
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
          ) : (
            <>
              <span className="calls-all">
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
