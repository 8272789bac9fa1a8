// Shows when the connection is lost for more than a moment, and when it is back. It floats over the
// page, so that nothing moves.
import { CircleCheck, LoaderCircle, WifiOff } from "lucide-react";
import { client } from "./client";
import { useConnectionStatus } from "./use-connection-status";
import { useText } from "./use-text";

export function ConnectionBanner() {
  const text = useText();
  const status = useConnectionStatus();
  const Icon = status === "back" ? CircleCheck : status === "connecting" ? LoaderCircle : WifiOff;
  return (
    <div className="connection" role="status">
      {status !== "none" && (
        <div className="connection-pill" data-news={status}>
          <Icon aria-hidden />
          <span>{text.connection[status]}</span>
          {(status === "waiting" || status === "offline") && (
            <button type="button" className="link-button" onClick={() => client.retryNow()}>
              {text.connection.retry}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
