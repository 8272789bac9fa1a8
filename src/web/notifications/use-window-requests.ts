// Answers the service worker: which channel is open, and navigation to a notification's message.
import { useEffect, useRef } from "react";
import { readAddress } from "../app/address";
import { addToDraft } from "../composer/drafts";
import { readUnsentReplies } from "../worker/unsent-reply";
import { changeShared, sharedTexts } from "./shared-storage";
import { readWindowRequest } from "./window-request";

const APPEARS_MS = 5_000;
const STEP_MS = 50;

/** Waits for the composer, which appears when the chat is loaded. */
function focusComposer(address: string, leftMs = APPEARS_MS): void {
  const form = readAddress(address).panel?.kind === "thread" ? "thread-composer" : "composer";
  window.setTimeout(() => {
    const box = document.querySelector<HTMLElement>(`#${form} textarea`);
    if (box) box.focus();
    else if (leftMs > 0) focusComposer(address, leftMs - STEP_MS);
  }, STEP_MS);
}

/**
 * Adds replies that could not be sent from a notification to the drafts. Those of other people are
 * dropped.
 */
async function takeUnsent(me: string): Promise<void> {
  let waiting = readUnsentReplies(null);
  await changeShared(sharedTexts.unsentReplies, (before) => {
    waiting = readUnsentReplies(before);
    return "[]";
  });
  for (const { user, channel, thread, text } of waiting) if (user === me) addToDraft(me, { channel, thread }, text);
}

export function useWindowRequests(me: string, open: (to: string) => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const { serviceWorker } = navigator;
    if (location.hash === "#composer") focusComposer(location.pathname);
    takeUnsent(me).catch(console.warn);
    if (!serviceWorker) return;
    const listen = ({ data, ports: [port] }: MessageEvent<unknown>) => {
      const question = readWindowRequest(data);
      if (question?.ask === "channel") port?.postMessage(readAddress(location.pathname).chat);
      if (question?.ask !== "open") return;
      latest.current(question.to);
      port?.postMessage(true);
      if (!question.write) return;
      takeUnsent(me).catch(console.warn);
      focusComposer(question.to);
    };
    serviceWorker.addEventListener("message", listen);
    serviceWorker.startMessages();
    return () => serviceWorker.removeEventListener("message", listen);
  }, [me]);
}
