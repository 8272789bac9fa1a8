import { dayLabel } from "../../text/times";
import { useToday } from "../app/today";
import { useLocale, useText } from "../app/use-text";

export function DaySeparator({ at }: { at: number }) {
  const text = useText();
  const locale = useLocale();
  const label = dayLabel(at, useToday(), locale, text.chat);
  return (
    <div className="day">
      <time dateTime={new Date(at).toISOString().slice(0, 10)}>{label}</time>
    </div>
  );
}

export function UnreadDivider() {
  const text = useText();
  return (
    <div className="unread-divider">
      <span>{text.chat.newMark}</span>
    </div>
  );
}
