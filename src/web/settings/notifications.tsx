import type { Me } from "../../protocol";
import { notificationSettingsText } from "../../text/notification-settings";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { usePushPermission } from "../notifications/permission";
import { NotificationSettings } from "./notification-settings";
import { PushDevices } from "./push-devices";
import { PushHere } from "./push-here";
import { Sound } from "./sound";
import { useDevices } from "./use-devices";

/** Notifications: on this device, on other devices, and when not. */
export function Notifications({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(notificationSettingsText);
  const [permission, updatePermission] = usePushPermission();
  const [devices, load] = useDevices(me);
  const changed = async () => {
    updatePermission();
    await load();
  };
  return (
    <Section title={words.title} hint={words.hint}>
      {devices.state === "loading" && <div className="session-skeleton" aria-hidden />}
      {devices.state === "failed" && (
        <>
          <Notice tone="danger">{explain(devices.thrown, text)}</Notice>
          <Button onClick={() => void load()}>{text.app.retry}</Button>
        </>
      )}
      {devices.state === "loaded" && (
        <>
          <PushHere me={me} permission={permission} here={devices.here} onChanged={changed} />
          <PushDevices items={devices.items} here={devices.here} onChanged={changed} />
        </>
      )}
      <Sound />
      <NotificationSettings />
    </Section>
  );
}
