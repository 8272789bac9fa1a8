// The windows of the page: what they show, and navigation in them.
import type { WindowRequest } from "../notifications/window-request";
import { scope, type WindowClient } from "./scope";
import { byPreference, type WindowView } from "./window-state";

/** How long a window has to answer. Without an answer it is taken to show no channel. */
const ANSWER_MS = 800;

const windows = () => scope.clients.matchAll({ type: "window", includeUncontrolled: true });

function ask(window: WindowClient, question: WindowRequest): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    window.postMessage(question, [port2]);
  }).finally(() => port1.close());
}

async function viewOf(window: WindowClient): Promise<WindowView> {
  const isFocused = window.focused;
  const isVisible = window.visibilityState === "visible";
  const channel = isFocused && isVisible ? await ask(window, { ask: "channel" }) : null;
  return { isFocused, isVisible, channel: typeof channel === "string" ? channel : null };
}

export const views = async (): Promise<WindowView[]> => Promise.all((await windows()).map(viewOf));

/**
 * Opens an address of the page. An open window navigates without a reload if it answers; otherwise
 * a new window opens.
 */
export async function goTo(to: string, write = false): Promise<void> {
  const [window] = byPreference(await windows());
  const address = write ? `${to}#composer` : to;
  if (window === undefined) {
    await scope.clients.openWindow(address);
    return;
  }
  // Rejects without a click by the person. The window navigates all the same.
  await window.focus().catch(() => null);
  if ((await ask(window, { ask: "open", to, write })) === true) return;
  await window.navigate(address).catch(() => scope.clients.openWindow(address));
}
