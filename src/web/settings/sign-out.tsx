// Signing out. Messages that were not sent yet cannot be sent afterwards, so the person is asked
// before they are discarded.
import { useState } from "react";
import type { Me } from "../../protocol";
import { settingsText } from "../../text/settings";
import { forgetAccount } from "../account-data";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Confirm } from "../controls/confirm";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { countUnsent } from "../outbox-storage";

export function SignOut({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsText);
  const { leaveTo } = useRoute();
  const [saving, save] = useSave();
  /** How many unsent messages the dialog asks about; 0 while there is no dialog. */
  const [unsent, setUnsent] = useState(0);

  const signOut = async () => {
    await client.accounts.signOut();
    await forgetAccount(me.id);
    leaveTo(routes.chats);
  };
  const begin = async () => {
    const count = await countUnsent(me.id);
    if (count > 0) setUnsent(count);
    else await save(signOut);
  };

  return (
    <section className="settings-section settings-out">
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <Button look="danger" busy={saving.state === "busy"} onClick={begin}>
        {words.signOut}
      </Button>
      <p className="modal-hint">{words.signOutHint}</p>
      {unsent > 0 && (
        <Confirm
          title={words.unsentTitle}
          hint={words.unsentHint(unsent)}
          action={words.unsentDiscard}
          onConfirm={signOut}
          onClose={() => setUnsent(0)}
        />
      )}
    </section>
  );
}
