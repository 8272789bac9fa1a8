// Messages with attachments. No command of a client carries any yet, so a test sends a text that
// stands for the parts. The log stores the parts in its place; everything else is the real path.
import { Log } from "../../src/channel/log/log";
import type { MessageParts } from "../../src/domain/message";
import type { Attachment, Event } from "../../src/protocol";
import { perform } from "./log";
import type { Device } from "./socket";

const partsByText = new Map<string, MessageParts>();

const { append } = Log.prototype;
Log.prototype.append = function (outcome, stamp) {
  const parts = outcome.kind === "send" ? partsByText.get(outcome.parts.text) : undefined;
  return append.call(this, parts && outcome.kind === "send" ? { ...outcome, parts } : outcome, stamp);
};

export const photo = (fields: Partial<Attachment> = {}): Attachment => ({
  id: "a_0photo",
  name: "photo.jpg",
  type: "image/jpeg",
  size: 123_456,
  ...fields,
});

/** A text that stands for parts. All have the same length. */
export const standIn = (): string => `stands for ${crypto.randomUUID()}`;

/** Sends a message with these parts. Returns its event. */
export function sayParts(
  device: Device,
  epoch: string,
  parts: Partial<MessageParts>,
  on: { replyTo?: number; thread?: number } = {},
): Promise<Event> {
  const text = standIn();
  partsByText.set(text, { text: "", attachments: [], ...parts });
  return perform(device, epoch, { type: "message.send", text, ...on });
}
