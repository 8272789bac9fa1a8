import { UserPlus, X } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { displayName, type HistoryAccess, limits, type Me, type Profile } from "../../protocol";
import { isolated } from "../../text/person-name";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { Segments } from "../controls/segments";
import { Avatar } from "../people/avatar";
import { PersonField } from "../people/person-field";

export function NewGroup({ me, onOpened }: { me: Me; onOpened(channel: string): void }) {
  const text = useText();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [people, setPeople] = useState<readonly Profile[]>([]);
  const [history, setHistory] = useState<HistoryAccess>("all");
  const [state, setState] = useState<"editing" | "checked" | "busy">("editing");
  const [problem, setProblem] = useState<string | null>(null);
  const isNamed = displayName.safeParse(name).success;

  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (state === "busy") return;
    if (!isNamed) return setState("checked");
    setState("busy");
    setProblem(null);
    try {
      onOpened(await client.createGroup({ name, topic, history, members: people.map((person) => person.id) }));
    } catch (thrown) {
      setProblem(explain(thrown, text));
      setState("editing");
    }
  };

  return (
    <form ref={form} className="modal-body form" noValidate onSubmit={submit}>
      <Field
        label={text.groups.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={state === "checked" && !isNamed ? text.groups.nameInvalid(limits.nameCodePoints) : undefined}
        autoComplete="off"
      />
      <Field
        label={text.groups.topic}
        value={topic}
        onChange={(event) => setTopic(event.target.value)}
        hint={text.groups.topicHint}
        autoComplete="off"
      />
      <PersonField
        label={text.groups.people}
        hint={text.groups.peopleHint}
        icon={UserPlus}
        isTaken={(user) => user === me.id || people.some((person) => person.id === user)}
        onFound={(person) => setPeople((known) => [...known, person])}
      />
      {people.length > 0 && (
        <ul className="chips">
          {people.map((person) => (
            <li key={person.id} className="chip">
              <Avatar id={person.id} name={person.name} size="xs" />
              <span dir="auto">{person.name}</span>
              <IconButton
                icon={X}
                label={text.groups.takeOff(isolated(person.name))}
                onClick={() => setPeople((known) => known.filter((one) => one.id !== person.id))}
              />
            </li>
          ))}
        </ul>
      )}
      <Segments
        name={id}
        legend={text.groups.history}
        value={history}
        onChange={setHistory}
        choices={[
          { value: "all", label: text.groups.historyAll },
          { value: "joined", label: text.groups.historyJoined },
        ]}
      />
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Button type="submit" look="primary" className="button-wide" busy={state === "busy"}>
        {text.groups.create}
      </Button>
    </form>
  );
}
