import { type FormEvent, useState } from "react";
import { limits, password } from "../../protocol";
import { ParleyError } from "../../sdk";
import { settingsText } from "../../text/settings";
import { signInText } from "../../text/sign-in";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { PasswordField } from "../controls/password-field";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";

/** `onChanged`: other sessions were ended. */
export function PasswordForm({ handle, onChanged }: { handle: string; onChanged(): void }) {
  const text = useText();
  const signIn = useWords(signInText);
  const words = useWords(settingsText);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isChecked, setChecked] = useState(false);
  /** On how many chats the other sessions are still being ended. */
  const [pending, setPending] = useState(0);
  const [saving, save] = useSave();

  const isShort = !password.safeParse(next).success;
  const failure = saving.state === "failed" ? explain(saving.thrown, text) : undefined;
  const isWrong =
    saving.state === "failed" && saving.thrown instanceof ParleyError && saving.thrown.code === "wrong_password";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isShort || current === "") return;
    const change = async () => setPending(await client.accounts.changePassword(current, next));
    setPending(0);
    if (!(await save(change))) return;
    setCurrent("");
    setNext("");
    setChecked(false);
    onChanged();
  };

  return (
    <Section title={words.password}>
      <form className="form" noValidate onSubmit={submit}>
        {/* Password managers look for the account of the password. */}
        <input type="text" name="username" autoComplete="username" value={handle} readOnly hidden />
        <PasswordField
          label={words.currentPassword}
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={isChecked && current === "" ? signIn.passwordEmpty : isWrong ? failure : undefined}
          autoComplete="current-password"
        />
        <PasswordField
          label={words.newPassword}
          value={next}
          onChange={(event) => setNext(event.target.value)}
          hint={signIn.passwordHint(limits.passwordMin)}
          error={isChecked && isShort ? signIn.passwordShort(limits.passwordMin) : undefined}
          autoComplete="new-password"
        />
        <p className="saved" role="status">
          {saving.state === "saved" && words.passwordChanged}
        </p>
        {pending > 0 && <Notice tone="calm">{words.stillEnding(pending)}</Notice>}
        {failure && !isWrong && <Notice tone="danger">{failure}</Notice>}
        <Button type="submit" busy={saving.state === "busy"}>
          {words.changePassword}
        </Button>
      </form>
    </Section>
  );
}
