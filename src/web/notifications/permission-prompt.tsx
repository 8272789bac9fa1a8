// Offers notifications once a person has sent a message, if the browser has not asked yet. Once
// dismissed, it never comes back.
import { BellRing } from "lucide-react";
import { useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { notificationSettingsText } from "../../text/notification-settings";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { useSave } from "../controls/use-save";
import { usePushPermission } from "./permission";
import { explainPushProblem } from "./push-problem";
import { turnOn } from "./subscription";
import "./permission-prompt.css";

const DISMISSED = "parley.nudge";

function wasDismissed(): boolean {
  try {
    return localStorage.getItem(DISMISSED) !== null;
  } catch {
    // If storage is blocked, the offer is never shown: it could not be dismissed.
    return true;
  }
}

const hasWritten = (inbox: readonly InboxEntry[], me: Me): boolean =>
  inbox.some(({ row, members }) => members.length > 1 && row.preview?.author === me.id);

export function Nudge({ me, inbox }: { me: Me; inbox: readonly InboxEntry[] }) {
  const text = useText();
  const words = useWords(notificationSettingsText);
  const [permission, updatePermission] = usePushPermission();
  const [isDismissed, setDismissed] = useState(wasDismissed);
  const [isDue, setDue] = useState(false);
  const [saving, save] = useSave();
  if (!isDue && hasWritten(inbox, me)) setDue(true);
  const isShown =
    isDue && !isDismissed && (permission === "ask" || saving.state === "busy" || saving.state === "failed");
  if (!isShown) return null;

  const dismiss = () => {
    setDismissed(true);
    localStorage.setItem(DISMISSED, "yes");
  };
  const enable = async () => {
    await save(() => turnOn(me));
    updatePermission();
  };
  return (
    <aside className="nudge" aria-label={words.title}>
      <p>
        <BellRing aria-hidden />
        {words.nudge}
      </p>
      {saving.state === "failed" && <p role="alert">{explainPushProblem(saving.thrown, words, text)}</p>}
      <div className="push-actions">
        <Button busy={saving.state === "busy"} onClick={enable}>
          {words.turnOn}
        </Button>
        <Button look="quiet" onClick={dismiss}>
          {words.nudgeOff}
        </Button>
      </div>
    </aside>
  );
}
