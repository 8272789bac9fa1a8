import { notificationSettingsText } from "../../text/notification-settings";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { QuietHours } from "./quiet-hours";
import { Switch } from "./switch";
import { useNotificationSettings } from "./use-notification-settings";

/** The settings for all of my devices. */
export function NotificationSettings() {
  const text = useText();
  const words = useWords(notificationSettingsText);
  const { loaded, load, change } = useNotificationSettings();
  if (loaded.state === "loading") return <div className="session-skeleton" aria-hidden />;
  if (loaded.state === "failed")
    return (
      <>
        <Notice tone="danger">{explain(loaded.thrown, text)}</Notice>
        <Button onClick={load}>{text.app.retry}</Button>
      </>
    );
  const { settings, failed } = loaded;
  return (
    <>
      <Switch
        label={words.previews}
        hint={words.previewsHint}
        isOn={settings.previews}
        onTurn={(previews) => change({ ...settings, previews })}
      />
      <QuietHours quiet={settings.quiet} onChange={(quiet) => change({ ...settings, quiet })} />
      {failed !== null && <Notice tone="danger">{explain(failed, text)}</Notice>}
    </>
  );
}
