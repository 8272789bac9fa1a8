// The last gate before an endpoint is called.
import { allowedEndpoint } from "../domain/push-hosts";

/** Where to call; null where that is not allowed, or where `fetch` would read another origin than the one that was checked. */
export function callable(endpoint: string, extra: string): URL | null {
  const origin = allowedEndpoint(endpoint, extra);
  const url = URL.parse(endpoint);
  return origin !== null && url?.origin === origin ? url : null;
}
