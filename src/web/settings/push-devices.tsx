import { MonitorSmartphone, Smartphone } from "lucide-react";
import { useId } from "react";
import type { PushDevice } from "../../sdk";
import { notificationSettingsText } from "../../text/notification-settings";
import { dateOf, fullTime } from "../../text/times";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { useSave } from "../controls/use-save";

interface PushDevicesProps {
  items: readonly PushDevice[];
  /** This browser. `PushHere` turns it off. */
  here: PushDevice | null;
  onChanged(): Promise<void>;
}

interface RowProps {
  device: PushDevice;
  isThisDevice: boolean;
  onChanged(): Promise<void>;
}

export function PushDevices({ items, here, onChanged }: PushDevicesProps) {
  const words = useWords(notificationSettingsText);
  const id = useId();
  return (
    <div className="push-devices">
      <h4 id={id}>{words.devices}</h4>
      <p className="modal-hint">{items.length > 0 ? words.devicesHint : words.noDevices}</p>
      {items.length > 0 && (
        <ul className="sessions" aria-labelledby={id}>
          {items.map((device) => (
            <PushDeviceRow
              key={device.id}
              device={device}
              isThisDevice={device.id === here?.id}
              onChanged={onChanged}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function PushDeviceRow({ device, isThisDevice, onChanged }: RowProps) {
  const text = useText();
  const words = useWords(notificationSettingsText);
  const locale = useLocale();
  const [saving, save] = useSave();
  const name = device.name || words.unknownDevice;
  const Icon = device.kind === "fcm" ? Smartphone : MonitorSmartphone;

  const remove = async () => {
    if (await save(() => client.push.revoke(device.id))) await onChanged();
  };

  return (
    <li className="session">
      <Icon aria-hidden />
      <span className="person-words">
        <strong dir="auto">{name}</strong>
        <span title={fullTime(device.createdAt, locale)}>
          {device.current ? words.thisDevice : words.since(dateOf(device.createdAt, locale))}
        </span>
        {device.failing !== null && (
          <span className="push-failing" title={device.failing}>
            {words.failing}
          </span>
        )}
        {saving.state === "failed" && <span role="alert">{explain(saving.thrown, text)}</span>}
      </span>
      {!isThisDevice && (
        <Button busy={saving.state === "busy"} aria-label={words.removeOf(name)} onClick={remove}>
          {words.remove}
        </Button>
      )}
    </li>
  );
}
