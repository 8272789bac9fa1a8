import { ArrowDown } from "lucide-react";
import { cappedCount } from "../../text/count";
import { useText } from "../app/use-text";

/** Shown while the list is not at its end. The badge counts the messages that arrived since. */
export function JumpToLatest({ count, onJump }: { count: number; onJump(): void }) {
  const text = useText();
  return (
    <button type="button" className="jump" onClick={onJump}>
      <ArrowDown aria-hidden />
      {text.chat.latest}
      {count > 0 && (
        <>
          <span className="badge" aria-hidden>
            {cappedCount(count)}
          </span>
          <span className="unseen">{text.chat.latestNew(count)}</span>
        </>
      )}
    </button>
  );
}
