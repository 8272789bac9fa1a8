// Messages with secrets: every way to send a message, each time with a unique text.
import { randomInt } from "node:crypto";
import { english, korean, lineOf } from "../../../scripts/seed-text.ts";
import type { ChannelWriter } from "./channel-writer.ts";

const letters = "abcdefghijkmnpqrstuvwxyz23456789";
const FIRST_SYLLABLE = 0xac00;
const SYLLABLES = 11_172;

/** At least 16 random characters, Korean for every third number. */
function canary(at: number): string {
  const length = randomInt(16, 25);
  const pick =
    at % 3 === 0
      ? () => String.fromCodePoint(FIRST_SYLLABLE + randomInt(SYLLABLES))
      : () => letters[randomInt(letters.length)];
  return Array.from({ length }, pick).join("");
}

/** Ordinary text of about this many characters with the secret somewhere in it. */
function around(secret: string, characters: number, at: number): string {
  let before = "";
  const place = randomInt(Math.max(1, characters));
  let line = at;
  while (before.length < place) before += `${lineOf(line % 2 ? korean : english, line++)} `;
  let after = "";
  while (before.length + after.length < characters) after += ` ${lineOf(line % 2 ? korean : english, line++)}`;
  return `${before}${secret}${after}`.slice(0, Math.max(characters, before.length + secret.length));
}

const sizes = [0, 0, 30, 80, 200, 600, 1_500, 4_000, 9_000, 20_000];

export interface SecretMessage {
  writer: ChannelWriter;
  seq: number;
  /** The secrets of all its versions. */
  secrets: string[];
  thread: number | null;
  wasEdited: boolean;
}

/**
 * Messages with secrets: those to be deleted, those of an account to be erased, and those that
 * stay.
 */
export class SecretWorkload {
  readonly deleted: SecretMessage[] = [];
  readonly erased: SecretMessage[] = [];
  readonly kept: SecretMessage[] = [];

  /**
   * Alternates between the ways to send a message: plain, edited, in a thread, as a reply, from a
   * draft, pinned.
   */
  async say(shelf: SecretMessage[], writer: ChannelWriter): Promise<void> {
    const at = shelf.length;
    const secret = canary(Math.floor(at / 6));
    const characters = sizes[Math.floor(at / 6) % sizes.length] ?? 0;
    const text = around(secret, characters, at);
    const message: SecretMessage = { writer, seq: 0, secrets: [secret], thread: null, wasEdited: false };
    const others = [...this.deleted, ...this.erased].filter(
      (other) => other.writer.channel === writer.channel && other.thread === null,
    );
    const target = others[randomInt(Math.max(1, others.length))];
    const { person, channel } = writer;
    switch (at % 6) {
      case 1: {
        message.seq = await writer.say(text);
        const next = canary(Math.floor(at / 6));
        message.secrets.push(next);
        message.wasEdited = true;
        await writer.perform({
          type: "message.edit",
          seq: message.seq,
          text: around(next, sizes[at % sizes.length] ?? 0, at),
        });
        break;
      }
      case 2:
        message.thread = target?.seq ?? null;
        message.seq = await writer.say(text, target && { thread: target.seq });
        break;
      case 3:
        message.seq = await writer.say(text, target && { replyTo: target.seq });
        break;
      case 4:
        await person.demand("PUT", `/v1/channels/${channel}/draft`, { text });
        await person.demand("PUT", `/v1/channels/${channel}/draft`, { text: `${text} ${secret}` });
        message.seq = await writer.say(`${text} ${secret}`);
        await person.demand("PUT", `/v1/channels/${channel}/draft`, { text: "" });
        break;
      case 5:
        message.seq = await writer.say(text);
        if (at % 60 === 5) await writer.perform({ type: "message.pin", seq: message.seq });
        break;
      default:
        message.seq = await writer.say(text);
    }
    shelf.push(message);
  }
}

export const secretsOf = (message: readonly SecretMessage[]): string[] => message.flatMap(({ secrets }) => secrets);
