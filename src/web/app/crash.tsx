import { CloudAlert } from "lucide-react";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { useCopy } from "../controls/use-copy";
import { useText } from "./use-text";

/**
 * Replaces a part of the page that failed: what still works, a way to try again, and the details.
 */
export function Crash({ thrown, onRetry }: { thrown: unknown; onRetry(): void }) {
  const text = useText();
  const [copied, copy] = useCopy();
  const detail = thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ""}` : String(thrown);
  return (
    <section className="crash" role="alert">
      <EmptyState icon={CloudAlert} title={text.app.crashed} hint={text.app.crashedHint}>
        <div className="blank-actions">
          <Button look="primary" onClick={onRetry}>
            {text.app.retry}
          </Button>
          <Button look="quiet" onClick={() => copy(detail)}>
            {copied ? text.app.copied : text.app.crashedDetail}
          </Button>
        </div>
      </EmptyState>
    </section>
  );
}
