// The people whom this person blocks, in the settings.
import { UserRoundCheck } from "lucide-react";
import { useEffect, useState } from "react";
import type { BlockedPerson } from "../../sdk";
import { safetyText } from "../../text/safety";
import { dateOf } from "../../text/times";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { useLocale, useText, useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonFace } from "../people/person-face";

export function BlockedPeople() {
  const text = useText();
  const words = useWords(safetyText);
  const locale = useLocale();
  const blocked = useStore(client.safety.blocked);
  const [people, setPeople] = useState<readonly BlockedPerson[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [status, setStatus] = useState("");
  const [saving, save] = useSave();

  // Loaded again when a block begins or ends, also on another device.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is what the server has.
  useEffect(() => {
    let isOver = false;
    client.safety.blockedPeople().then(
      (found) => isOver || setPeople(found),
      (thrown: unknown) => isOver || setProblem(thrown),
    );
    return () => {
      isOver = true;
    };
  }, [blocked]);

  const unblock = async ({ user }: BlockedPerson) => {
    setStatus("");
    if (await save(() => client.safety.unblock(user.id))) setStatus(words.unblocked(nameOfPerson(user, text)));
  };
  const shown = (people ?? []).filter(({ user }) => blocked.has(user.id));
  return (
    <Section title={words.blocked} hint={words.blockedHint}>
      {problem !== null && <Notice tone="danger">{explain(problem, text)}</Notice>}
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      {people !== null && shown.length === 0 && <p className="modal-hint">{words.nobody}</p>}
      <ul className="people">
        {shown.map((person) => {
          const name = nameOfPerson(person.user, text);
          return (
            <li key={person.user.id} className="person">
              <PersonFace id={person.user.id} name={name} size="s" isGone={person.user.handle === ""} />
              <span className="person-words">
                <strong dir="auto">{name}</strong>
                <span>
                  {[person.user.handle && `@${person.user.handle}`, words.since(dateOf(person.at, locale))]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
              </span>
              <IconButton icon={UserRoundCheck} label={words.unblockOf(name)} onClick={() => void unblock(person)} />
            </li>
          );
        })}
      </ul>
      <p className="saved" role="status">
        {status}
      </p>
    </Section>
  );
}
