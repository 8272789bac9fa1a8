// Asks the owner of an older account for another handle: nobody could register the present one now,
// and a text does not mention it reliably.
import { type FormEvent, useState } from "react";
import { limits, type Me, newHandle } from "../../protocol";
import { settingsText } from "../../text/settings";
import { signInText } from "../../text/sign-in";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { useSave } from "../controls/use-save";
import { foldHandle, withoutAt } from "../people/handle";

export function HandleRequest({ me, onClose }: { me: Me; onClose(): void }) {
  const text = useText();
  const words = useWords(settingsText);
  const signIn = useWords(signInText);
  const [typed, setTyped] = useState("");
  const [wasSubmitted, setSubmitted] = useState(false);
  const [saving, save] = useSave();
  const handle = foldHandle(typed);
  const isValid = newHandle.safeParse(handle).success;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isValid && (await save(() => client.accounts.changeProfile({ handle })))) onClose();
  };

  const problem = () => {
    if (wasSubmitted && !isValid) return signIn.handleInvalid(limits.handleMin, limits.handleMax);
    return saving.state === "failed" ? explain(saving.thrown, text) : undefined;
  };

  return (
    <Modal title={words.otherHandle} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div className="modal-body form">
          <p className="modal-hint">{words.otherHandleHint(me.handle)}</p>
          <Field
            label={words.newHandle}
            value={typed}
            onChange={(event) => setTyped(withoutAt(event.target.value))}
            error={problem()}
            before={<span className="field-prefix">@</span>}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
          />
        </div>
        <footer className="modal-foot">
          <Button look="quiet" onClick={onClose}>
            {words.later}
          </Button>
          <Button type="submit" look="primary" busy={saving.state === "busy"}>
            {words.save}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
