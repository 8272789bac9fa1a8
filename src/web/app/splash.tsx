import { WifiOff } from "lucide-react";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { Logo } from "./logo";
import { useText } from "./use-text";

/**
 * Shown until the session is known. The logo fades in late, so that a quick start does not show it.
 */
export function Splash({ isUnreachable, onRetry }: { isUnreachable: boolean; onRetry(): void }) {
  const text = useText();
  return (
    <main className="splash">
      {isUnreachable ? (
        <EmptyState icon={WifiOff} title={text.app.unreachable} hint={text.app.unreachableHint}>
          <Button look="primary" onClick={onRetry}>
            {text.app.retry}
          </Button>
        </EmptyState>
      ) : (
        <div className="splash-mark" role="status" aria-label={text.app.loading}>
          <Logo />
        </div>
      )}
    </main>
  );
}
