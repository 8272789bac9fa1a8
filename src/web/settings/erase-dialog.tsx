// The confirmation before an account is deleted: what is deleted, what stays, the password, and a
// check box against accidents.
import { type FormEvent, useId, useState } from "react";
import { limits, type Me } from "../../protocol";
import { ParleyError } from "../../sdk";
import { accountText } from "../../text/account";
import { signInText } from "../../text/sign-in";
import { forgetAccount } from "../account-data";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { PasswordField } from "../controls/password-field";
import { useSave } from "../controls/use-save";

const DAY_MS = 86_400_000;
const HANDLE_DAYS = limits.handleKeptMs / DAY_MS;

export function EraseDialog({ me, onClose }: { me: Me; onClose(): void }) {
  const text = useText();
  const signIn = useWords(signInText);
  const words = useWords(accountText);
  const id = useId();
  const { leaveTo } = useRoute();
  const [password, setPassword] = useState("");
  const [isUnderstood, setUnderstood] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const [saving, save] = useSave();

  const failure = saving.state === "failed" ? explain(saving.thrown, text) : undefined;
  const isWrong =
    saving.state === "failed" && saving.thrown instanceof ParleyError && saving.thrown.code === "wrong_password";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (password === "" || !isUnderstood || saving.state === "busy") return;
    if (!(await save(() => client.accounts.erase(password)))) return;
    await forgetAccount(me.id);
    leaveTo(routes.chats);
  };

  return (
    <Modal title={words.title} className="modal-small erase" onClose={onClose}>
      <form className="modal-body form" noValidate onSubmit={submit}>
        <div className="erase-words">
          <h3>{words.goes}</h3>
          <ul>
            <li>{words.goesName}</li>
            <li>{words.goesMessages}</li>
            <li>{words.goesGroups}</li>
          </ul>
          <h3>{words.stays}</h3>
          <ul>
            <li>{words.staysChats}</li>
            <li>{words.staysCopies}</li>
            <li>{words.staysHandle(me.handle, HANDLE_DAYS)}</li>
          </ul>
          <p>{words.exportFirst}</p>
        </div>
        {/* Password managers look for the account of the password. */}
        <input type="text" name="username" autoComplete="username" value={me.handle} readOnly hidden />
        <PasswordField
          label={words.password}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={isChecked && password === "" ? signIn.passwordEmpty : isWrong ? failure : undefined}
          autoComplete="current-password"
        />
        <div className="check">
          <label>
            <input
              type="checkbox"
              checked={isUnderstood}
              aria-describedby={isChecked && !isUnderstood ? `${id}-note` : undefined}
              onChange={(event) => setUnderstood(event.target.checked)}
            />
            {words.understand}
          </label>
          {isChecked && !isUnderstood && (
            <p id={`${id}-note`} role="alert">
              {words.notConfirmed}
            </p>
          )}
        </div>
        {failure && !isWrong && <Notice tone="danger">{failure}</Notice>}
        <div className="form-actions">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={saving.state === "busy"}>
            {words.confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
