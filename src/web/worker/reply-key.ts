import type { Shown } from "./shown";

/** The same words to the same notification are the same message, however often they are sent. */
export async function replyKey({ key }: Pick<Shown, "key">, text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${key}\n${text}`));
  return `reply-${Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
