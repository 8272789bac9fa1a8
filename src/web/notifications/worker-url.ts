// The address of the service worker. The page's content security policy (src/web/public/_headers)
// lets no plain string become the address of a script: it demands a value that the policy
// `parley-worker` made, and allows no other policy. This one knows a single address.

/** The part of the Trusted Types API that is used. `register` takes its values like strings. */
interface ScriptUrlPolicy {
  createScriptURL(input: string): string;
}

declare global {
  interface Window {
    trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL(input: string): string }): ScriptUrlPolicy;
    };
  }
}

const WORKER = "/sw.js";
/** Made once, because the content security policy lets no second policy have the name. */
let policy: ScriptUrlPolicy | null = null;

/**
 * Returns what `navigator.serviceWorker.register` takes. Browsers without Trusted Types take text.
 */
export function workerUrl(): string {
  policy ??= window.trustedTypes?.createPolicy("parley-worker", { createScriptURL: () => WORKER }) ?? null;
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
