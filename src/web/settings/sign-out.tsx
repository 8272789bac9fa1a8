import type { Me } from "../../protocol";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { forgetDrafts } from "../composer/drafts";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { forgetNotifications } from "../notifications/subscription";

export function SignOut({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsText);
  const { leaveTo } = useRoute();
  const [saving, save] = useSave();

  const signOut = async () => {
    const isOut = await save(() => client.accounts.signOut());
    if (!isOut) return;
    forgetDrafts(me.id);
    forgetNotifications().catch(console.warn);
    leaveTo(routes.chats);
  };

  return (
    <section className="settings-section settings-out">
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <Button look="danger" busy={saving.state === "busy"} onClick={signOut}>
        {words.signOut}
      </Button>
      <p className="modal-hint">{words.signOutHint}</p>
    </section>
  );
}
