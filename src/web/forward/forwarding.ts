// Sends a message again in another channel, with the same files by tickets of their own.
import type { SentAttachment } from "../../protocol";
import type { MessageView } from "../../sdk";
import { client } from "../app/client";

/** How long a refusal may take to be said in the dialog. Later it shows in the channel. */
const ANSWER_MS = 8_000;

/**
 * Forwards a message and then sends `comment`, if there is one. Resolves when the server has stored
 * them or they wait in the outbox. Rejects if the server refuses them; then they are forgotten.
 */
export async function forward(
  message: Pick<MessageView, "text" | "attachments">,
  channel: string,
  comment: string,
): Promise<void> {
  const handle = client.channel(channel);
  const attachments: SentAttachment[] = [];
  for (const file of message.attachments) {
    const { ticket } = await handle.forward(file);
    attachments.push(file.alt === undefined ? ticket : { ticket, alt: file.alt });
  }
  const sent = handle.send(message.text, { forwarded: true, ...(attachments.length > 0 && { attachments }) });
  try {
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, ANSWER_MS))]);
  } catch (thrown) {
    handle.discard(sent.key);
    throw thrown;
  }
  if (comment !== "") handle.send(comment);
}
