import { Timer } from "lucide-react";
import type { SlowModeView } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { serverNow, useMoment } from "../app/use-moment";
import { useWords } from "../app/use-text";

const SECOND_MS = 1_000;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;

/** Says that slow mode is on, and counts down to the next message. */
export function SlowModeLine({ slowMode }: { slowMode: SlowModeView }) {
  const words = useWords(moderationText);
  const { seconds, nextAt } = slowMode;
  // Renders again at each whole second before the end.
  const now = useMoment(tickBefore(nextAt));
  const left = Math.ceil((nextAt - now) / SECOND_MS);
  const span =
    seconds < MINUTE_SECONDS
      ? words.slowMode.seconds(seconds)
      : seconds < HOUR_SECONDS
        ? words.minutes(seconds / MINUTE_SECONDS)
        : words.hours(seconds / HOUR_SECONDS);
  return (
    <p className="composer-slow">
      <Timer aria-hidden />
      {left > 0 ? words.slowMode.left(clockOf(left)) : words.slowMode.on(span)}
    </p>
  );
}

/** Returns the times at which the countdown shows another number: the next one, and the end. */
function tickBefore(end: number): number[] {
  const leftMs = end - serverNow();
  return leftMs <= 0 ? [] : [end - Math.floor((leftMs - 1) / SECOND_MS) * SECOND_MS, end];
}

function clockOf(seconds: number): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  const minutes = Math.floor(seconds / MINUTE_SECONDS);
  const hours = Math.floor(minutes / MINUTE_SECONDS);
  const rest = `${pad(minutes % MINUTE_SECONDS)}:${pad(seconds % MINUTE_SECONDS)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
