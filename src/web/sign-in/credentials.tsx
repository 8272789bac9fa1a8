import { type FormEvent, useEffect, useRef, useState } from "react";
import { limits } from "../../protocol";
import { signInText } from "../../text/sign-in";
import { client } from "../app/client";
import { useText, useWords } from "../app/use-text";
import { useTouch } from "../app/viewport";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { PasswordField } from "../controls/password-field";
import { foldHandle, withoutAt } from "../people/handle";
import { type Mode, type Problems, problemsFrom, problemsOf, type Values } from "./form";

/** `invite`: the code of the invite whose link was opened; null if none. */
export function Credentials({ mode, invite }: { mode: Mode; invite: string | null }) {
  const text = useText();
  const words = useWords(signInText);
  const touch = useTouch();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>({ handle: "", name: "", password: "" });
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const isNew = mode === "register";

  useEffect(() => {
    // On a touch screen the keyboard opens only when the person touches the field.
    if (!touch) form.current?.querySelector("input")?.focus();
  }, [touch]);

  const show = (found: Problems) => {
    setProblems(found);
    const [first] = Object.keys(found);
    if (first && first !== "form") form.current?.querySelector<HTMLInputElement>(`input[name=${first}]`)?.focus();
  };

  const change = (name: keyof Values) => (event: { target: { value: string } }) => {
    const value = name === "handle" ? withoutAt(event.target.value) : event.target.value;
    setValues((before) => ({ ...before, [name]: value }));
    setProblems(({ [name]: _answered, form: _whole, ...rest }) => rest);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = problemsOf(mode, values, words);
    if (Object.keys(found).length > 0) return show(found);
    setBusy(true);
    try {
      const handle = foldHandle(values.handle);
      const { name, password } = values;
      await (isNew
        ? client.accounts.register({ handle, password, name, ...(invite !== null && { invite }) })
        : client.accounts.signIn({ handle, password }));
    } catch (thrown) {
      show(problemsFrom(thrown, text));
      setBusy(false);
    }
  };

  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      {problems.form && <Notice tone="danger">{problems.form}</Notice>}
      <Field
        label={words.handle}
        name="handle"
        value={values.handle}
        onChange={change("handle")}
        error={problems.handle}
        hint={isNew ? words.handleHint : undefined}
        before={<span className="field-prefix">@</span>}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="next"
      />
      {isNew && (
        <Field
          label={words.name}
          name="name"
          value={values.name}
          onChange={change("name")}
          error={problems.name}
          autoComplete="name"
          enterKeyHint="next"
        />
      )}
      <PasswordField
        label={words.password}
        name="password"
        value={values.password}
        onChange={change("password")}
        error={problems.password}
        hint={isNew ? words.passwordHint(limits.passwordMin) : undefined}
        autoComplete={isNew ? "new-password" : "current-password"}
        enterKeyHint="go"
      />
      <Button type="submit" look="primary" className="button-wide" busy={busy}>
        {busy ? words.working : isNew ? words.create : words.signIn}
      </Button>
    </form>
  );
}
