import { Bell, BellOff, BellRing } from "lucide-react";
import type { Me } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { notificationSettingsText } from "../../text/notification-settings";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import type { PushPermission } from "../notifications/permission";
import { explainPushProblem } from "../notifications/push-problem";
import { turnOffHere, turnOn } from "../notifications/subscription";

interface PushHereProps {
  me: Me;
  permission: PushPermission;
  /** This browser's device; null while notifications are off. */
  here: PushDevice | null;
  onChanged(): Promise<void>;
}

/** Whether this browser gets notifications, and the actions to change that. */
export function PushHere({ me, permission, here, onChanged }: PushHereProps) {
  const words = useWords(notificationSettingsText);
  if (permission === "unsupported") return <Notice tone="calm">{words.unsupported}</Notice>;
  if (permission === "install") return <Notice tone="calm">{words.install}</Notice>;
  if (permission === "denied")
    return (
      <Notice tone="calm" icon={BellOff}>
        <strong>{words.denied}</strong> {words.deniedHow}
      </Notice>
    );
  return here ? (
    <On here={here} onChanged={onChanged} />
  ) : (
    <Off me={me} permission={permission} onChanged={onChanged} />
  );
}

function Off({ me, permission, onChanged }: Omit<PushHereProps, "here">) {
  const text = useText();
  const words = useWords(notificationSettingsText);
  const [saving, save] = useSave();
  const turn = async () => {
    await save(() => turnOn(me));
    await onChanged();
  };
  return (
    <>
      <p className="push-state">
        <BellOff aria-hidden />
        {words.off}
      </p>
      {permission === "ask" && <p className="modal-hint">{words.why}</p>}
      <Button look="primary" className="settings-action" busy={saving.state === "busy"} onClick={turn}>
        <Bell aria-hidden />
        {words.turnOn}
      </Button>
      {saving.state === "failed" && <Notice tone="danger">{explainPushProblem(saving.thrown, words, text)}</Notice>}
    </>
  );
}

function On({ here, onChanged }: { here: PushDevice; onChanged(): Promise<void> }) {
  const text = useText();
  const words = useWords(notificationSettingsText);
  const [testing, test] = useSave();
  const [turning, turn] = useSave();
  const turnOff = async () => {
    const isOff = await turn(async () => {
      await client.push.revoke(here.id);
      await turnOffHere();
    });
    if (isOff) await onChanged();
  };
  const failed = [testing, turning].find(({ state }) => state === "failed");
  return (
    <>
      <p className="push-state" data-on>
        <BellRing aria-hidden />
        {words.on}
      </p>
      <div className="push-actions">
        <Button busy={testing.state === "busy"} onClick={() => void test(() => client.push.test(here.id))}>
          {words.test}
        </Button>
        <Button look="quiet" busy={turning.state === "busy"} onClick={turnOff}>
          {words.turnOff}
        </Button>
      </div>
      <p className="saved" role="status">
        {testing.state === "saved" && words.tested}
      </p>
      {failed?.state === "failed" && <Notice tone="danger">{explain(failed.thrown, text)}</Notice>}
    </>
  );
}
