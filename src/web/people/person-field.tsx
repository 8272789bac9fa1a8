// Finds a person by handle while it is typed. Enter or the button passes the person on.
import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import type { Profile } from "../../protocol";
import { newChatText } from "../../text/new-chat";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { withoutAt } from "./handle";
import { usePersonLookup } from "./use-person-lookup";

interface PersonFieldProps {
  label: string;
  hint?: string;
  icon: LucideIcon;
  /** Returns whether the person is already chosen. */
  isTaken(id: string): boolean;
  onFound(person: Profile): void;
}

export function PersonField({ label, hint, icon: Icon, isTaken, onFound }: PersonFieldProps) {
  const text = useText();
  const words = useWords(newChatText);
  const [typed, setTyped] = useState("");
  /** Whether Enter was pressed before the answer came. */
  const [eager, setEager] = useState(false);
  const found = usePersonLookup(typed);
  const person = found.state === "found" ? found.person : null;
  const taken = person !== null && isTaken(person.id);

  const take = () => {
    if (!person || taken) return;
    setTyped("");
    onFound(person);
  };

  useEffect(() => {
    if (!eager || found.state === "searching") return;
    setEager(false);
    take();
  });

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || typed.trim() === "") return;
    event.preventDefault();
    setEager(true);
  };

  const problem = () => {
    if (found.state === "nobody") return words.nobody(found.handle);
    if (found.state === "failed") return explain(found.thrown, text);
    return taken ? text.groups.alreadyThere : undefined;
  };

  return (
    <Field
      label={label}
      hint={person && !taken ? person.name : hint}
      error={problem()}
      value={typed}
      onChange={(event) => {
        setEager(false);
        setTyped(withoutAt(event.target.value));
      }}
      onKeyDown={onKeyDown}
      before={<span className="field-prefix">@</span>}
      after={
        <Button look="quiet" className="field-action" disabled={!person || taken} onClick={take}>
          <Icon aria-hidden />
          {text.groups.add}
        </Button>
      }
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
    />
  );
}
