import { type FormEvent, useState } from "react";
import { adminText } from "../../text/admin";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { PasswordField } from "../controls/password-field";

interface TokenFormProps {
  isBusy: boolean;
  problem: string | undefined;
  onToken(token: string): void;
}

export function TokenForm({ isBusy, problem, onToken }: TokenFormProps) {
  const words = useWords(adminText);
  const [typed, setTyped] = useState("");
  /** The text that the problem is about. The problem is hidden once the text changes. */
  const [asked, setAsked] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const token = typed.trim();
    if (token === "" || isBusy) return;
    setAsked(typed);
    onToken(token);
  };
  return (
    <form className="form admin-door" noValidate onSubmit={submit}>
      <PasswordField
        label={words.token}
        hint={words.tokenHint}
        error={typed === asked && !isBusy ? problem : undefined}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
      />
      <Button type="submit" look="primary" className="button-wide" busy={isBusy}>
        {words.show}
      </Button>
    </form>
  );
}
