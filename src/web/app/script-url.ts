// The addresses of the scripts that the page starts: its service worker, and the worker that makes
// videos smaller. The page's content security policy (src/web/public/_headers) lets no plain string
// become the address of a script: it demands a value that the policy `parley-worker` made, and
// allows no other policy. This one knows these addresses only.

/** The part of the Trusted Types API that is used. Functions take its values like strings. */
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

const SERVICE_WORKER = "/sw.js";
const VIDEO_WORKER = /^\/assets\/video-worker-[\w-]+\.js$/;
/** Made once, because the content security policy lets no second policy have the name. */
let policy: ScriptUrlPolicy | null = null;

function createScriptURL(input: string): string {
  if (input === SERVICE_WORKER || VIDEO_WORKER.test(input)) return input;
  throw new TypeError("this is no script of the page");
}

/** Returns what starts a script. Browsers without Trusted Types take text. */
function scriptUrl(address: string): string {
  policy ??= window.trustedTypes?.createPolicy("parley-worker", { createScriptURL }) ?? null;
  return policy?.createScriptURL(address) ?? address;
}

export const serviceWorkerUrl = (): string => scriptUrl(SERVICE_WORKER);
/** `address` is that of the built file. */
export const videoWorkerUrl = (address: string): string => scriptUrl(address);
