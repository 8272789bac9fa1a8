import { useText } from "../app/use-text";

const ROWS = ["theirs-1", "theirs-2", "mine-1", "theirs-3", "mine-2", "mine-3", "theirs-4"];

/**
 * Placeholders for messages. CSS hides them for the first 200 ms, so that a quick answer does not
 * flash.
 */
export function Skeleton() {
  const text = useText();
  return (
    <div className="skeleton" role="status" aria-label={text.chat.loading}>
      {ROWS.map((shape) => (
        <span key={shape} data-shape={shape} />
      ))}
    </div>
  );
}
