import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Me, Profile } from "../../protocol";
import { newChatText } from "../../text/new-chat";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { lazyPart } from "../app/lazy-part";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { InviteButton, useInvitesOffered } from "../invites/invite-button";
import { Avatar } from "../people/avatar";
import { withoutAt } from "../people/handle";
import { usePersonLookup } from "../people/use-person-lookup";

const MyInvites = lazyPart(() => import("../invites/my-invites").then((module) => module.MyInvites));

interface FindPersonProps {
  me: Me;
  onOpened(channel: string): void;
}

/** Finds a person by handle and opens the direct channel with them, or offers my link. */
export function FindPerson(props: FindPersonProps) {
  return (
    <>
      <HandleForm {...props} />
      <MyLinkHint />
    </>
  );
}

function HandleForm({ me, onOpened }: FindPersonProps) {
  const text = useText();
  const words = useWords(newChatText);
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState("");
  const [opening, setOpening] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  /** Whether Enter was pressed before the answer came; the chat then opens with the answer. */
  const [eager, setEager] = useState(false);
  const found = usePersonLookup(typed);
  const person = found.state === "found" ? found.person : null;

  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  const start = async ({ id }: Profile) => {
    setOpening(true);
    setProblem(null);
    try {
      onOpened(await client.direct(id));
    } catch (thrown) {
      setProblem(explain(thrown, text));
      setOpening(false);
    }
  };

  useEffect(() => {
    if (!eager || found.state === "searching") return;
    setEager(false);
    if (person) void start(person);
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!opening) setEager(true);
  };

  return (
    <form ref={form} className="modal-body form" noValidate onSubmit={submit}>
      <Field
        label={words.handle}
        value={typed}
        onChange={(event) => {
          setTyped(withoutAt(event.target.value));
          setProblem(null);
        }}
        hint={words.hint}
        before={<span className="field-prefix">@</span>}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
      />
      <div className="find-result" aria-live="polite">
        {found.state === "searching" && <p className="find-note">{words.searching}</p>}
        {found.state === "nobody" && (
          <p className="find-note">
            <strong>{words.nobody(found.handle)}</strong>
            {words.nobodyHint}
          </p>
        )}
        {found.state === "failed" && <Notice tone="danger">{explain(found.thrown, text)}</Notice>}
        {person && (
          <div className="person-card">
            <Avatar id={person.id} name={person.name} size="l" />
            <span className="person-words">
              <strong dir="auto">{person.name}</strong>
              <span>{person.id === me.id ? words.self : `@${person.handle}`}</span>
            </span>
            <Button look="primary" busy={opening} onClick={() => start(person)}>
              {words.open}
            </Button>
          </div>
        )}
      </div>
      {problem && <Notice tone="danger">{problem}</Notice>}
    </form>
  );
}

/** Another way to somebody: a link to a chat with me. */
function MyLinkHint() {
  const words = useWords(newChatText);
  if (!useInvitesOffered()) return null;
  return (
    <div className="find-link">
      <p className="modal-hint">{words.orLink}</p>
      <InviteButton label={words.myLink} dialog={(onClose) => <MyInvites onClose={onClose} />} />
    </div>
  );
}
