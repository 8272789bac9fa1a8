import type { Me } from "../../protocol";
import { client } from "../app/client";
import { routes, useRoute } from "../app/routes";
import { forgetDrafts } from "../composer/drafts";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { leaveNotifications } from "../notifications/subscription";
import { useText, useWords } from "../text/language";
import { explain } from "../text/problem";
import { useSaving } from "./use-saving";
import { settingsWords } from "./words";

export function SignOut({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsWords);
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
