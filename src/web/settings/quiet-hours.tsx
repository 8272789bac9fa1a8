import { useState } from "react";
import type { NotificationSettings } from "../../sdk";
import { notificationSettingsText } from "../../text/notification-settings";
import { useWords } from "../app/use-text";
import { Field } from "../controls/field";
import { clockOf, minuteOf } from "./clock-time";
import { Switch } from "./switch";

type Quiet = NonNullable<NotificationSettings["quiet"]>;

/** The default: 22:00 to 7:00. */
const USUAL = { from: 22 * 60, to: 7 * 60 };

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

interface QuietHoursProps {
  quiet: NotificationSettings["quiet"];
  onChange(quiet: NotificationSettings["quiet"]): void;
}

/** Quiet hours in the time zone of the browser that sets them. */
export function QuietHours({ quiet, onChange }: QuietHoursProps) {
  const words = useWords(notificationSettingsText);
  const [last, setLast] = useState(quiet ?? USUAL);
  const change = (hours: Pick<Quiet, "from" | "to">) => {
    setLast(hours);
    onChange({ from: hours.from, to: hours.to, zone: zoneHere() });
  };
  return (
    <>
      <Switch
        label={words.quiet}
        hint={words.quietHint}
        isOn={quiet !== null}
        onTurn={(isOn) => (isOn ? change(last) : onChange(null))}
      />
      {quiet && (
        <fieldset className="quiet-hours">
          <legend className="unseen">{words.quiet}</legend>
          <Time label={words.from} minute={quiet.from} onChange={(from) => change({ from, to: quiet.to })} />
          <Time label={words.to} minute={quiet.to} onChange={(to) => change({ from: quiet.from, to })} />
          <p className="modal-hint">{words.zone(quiet.zone.replaceAll("_", " "))}</p>
        </fieldset>
      )}
    </>
  );
}

function Time({ label, minute, onChange }: { label: string; minute: number; onChange(minute: number): void }) {
  return (
    <Field
      label={label}
      type="time"
      required
      value={clockOf(minute)}
      onChange={({ target }) => {
        const next = minuteOf(target.value);
        if (next !== null) onChange(next);
      }}
    />
  );
}
