// The open chat is the largest part of the page. The list of chats and the sign-in page do not wait
// for it: it is loaded beside them, and at once where the address is that of a chat.
import { lazyPart } from "../app/lazy-part";

const load = () => import("./chat").then((module) => module.Chat);

export const Chat = lazyPart(load);

/** Begins to load the chat. A failure shows when a chat is opened, which loads it again. */
export function preloadChat(): void {
  load().catch(() => {});
}
