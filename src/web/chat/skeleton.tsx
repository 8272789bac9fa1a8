import { useText } from "../text/use-text";

const ROWS = ["theirs-1", "theirs-2", "mine-1", "theirs-3", "mine-2", "mine-3", "theirs-4"];

/** Messages-to-be. CSS keeps it invisible for its first 200 ms, so that a quick answer never flashes. */
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
