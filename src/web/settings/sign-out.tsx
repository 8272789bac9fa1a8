import type { Me } from "../../protocol";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { routes, useRoute } from "../app/routes";
import { forgetDrafts } from "../composer/drafts";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { leaveNotifications } from "../notifications/subscription";
import { explain } from "../text/explain";
import { useText, useWords } from "../text/use-text";
import { useSaving } from "./use-saving";

export function SignOut({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsText);
  const { leaveTo } = useRoute();
  const [saving, save] = useSaving();

  const signOut = async () => {
    const isOut = await save(() => client.accounts.signOut());
    if (!isOut) return;
    forgetDrafts(me.id);
    leaveNotifications().catch(console.warn);
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
