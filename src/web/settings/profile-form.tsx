import { type FormEvent, useState } from "react";
import { displayName, limits, type Me } from "../../protocol";
import { settingsText } from "../../text/settings";
import { signInText } from "../../text/sign-in";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";
import { Avatar } from "../people/avatar";
import { HandleRequest } from "./handle-request";

export function ProfileForm({ me }: { me: Me }) {
  const text = useText();
  const signIn = useWords(signInText);
  const words = useWords(settingsText);
  const [name, setName] = useState(me.name);
  const [isHandleAsked, setHandleAsked] = useState(false);
  const [saving, save] = useSave();
  const isValid = displayName.safeParse(name).success;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid && name !== me.name) void save(() => client.accounts.changeProfile({ name }));
  };

  return (
    <Section title={words.profile}>
      <div className="profile">
        <Avatar id={me.id} name={name.trim() === "" ? me.name : name} size="l" />
        <span className="person-words">
          <strong dir="auto">{me.name}</strong>
          <span>@{me.handle}</span>
        </span>
      </div>
      {me.needsHandle && (
        <Button onClick={() => setHandleAsked(true)} aria-haspopup="dialog">
          {words.otherHandle}
        </Button>
      )}
      {isHandleAsked && <HandleRequest me={me} onClose={() => setHandleAsked(false)} />}
      <form className="form form-line" noValidate onSubmit={submit}>
        <Field
          label={words.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={
            isValid
              ? saving.state === "failed"
                ? explain(saving.thrown, text)
                : undefined
              : signIn.nameInvalid(limits.nameCodePoints)
          }
          autoComplete="name"
        />
        <Button type="submit" busy={saving.state === "busy"} disabled={!isValid || name === me.name}>
          {words.save}
        </Button>
      </form>
      <p className="saved" role="status">
        {saving.state === "saved" && words.saved}
      </p>
    </Section>
  );
}
