// A member of a Parley channel with one socket, as SPEC.md describes: subscribed, with a position.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { BareSocket } from "./socket.ts";
import type { Member } from "./system.ts";
import { digitsAt, eachNumber, textOf } from "./text.ts";

const answer = z.object({
  type: z.string(),
  id: z.string().optional(),
  epoch: z.string().optional(),
  head: z.number().optional(),
  after: z.number().optional(),
  page: z.object({ messages: z.array(z.unknown()) }).optional(),
});
const eventsFrame = z.object({ events: z.array(z.unknown()) });

interface Place {
  port: number;
  channel: string;
  token: string;
}

type Answer = z.infer<typeof answer>;

/** The start of a frame of events; its `head` follows. */
const events = Buffer.from('{"type":"events"');
const headKey = '"head":';

export class ParleyMember implements Member {
  heard: ((number: number) => void) | null = null;
  #socket: BareSocket | null = null;
  #epoch = "";
  #head = 0;
  #caughtUp = 0;
  #asks = 0;
  readonly #asked = new Map<string, { resolve(answer: Answer): void; reject(error: Error): void }>();

  /** Joins at the head; with `before`, resumes from what that member had. */
  static async join({ port, channel, token }: Place, before?: Member): Promise<ParleyMember> {
    const member = new ParleyMember();
    const from = before instanceof ParleyMember ? { epoch: before.#epoch, after: before.#head } : undefined;
    member.#socket = await BareSocket.open(
      { port, path: `/v1/channels/${channel}/socket`, protocols: `parley.v1, token.${token}` },
      (bytes, start, end) => member.#hear(bytes, start, end),
      (reason) => member.#gone(reason),
    );
    // Does not wait for `hello`, because the command does not depend on it.
    const { epoch, head } = await member.#ask({ type: "channel.subscribe", from, hereInBatches: true, purges: true });
    member.#epoch = epoch ?? "";
    member.#head = head ?? 0;
    return member;
  }

  send(number: number, length?: number): void {
    const composed = { nonce: randomUUID(), epoch: this.#epoch, after: this.#head };
    this.#socket?.send(
      JSON.stringify({ id: `${number}`, type: "message.send", ...composed, text: textOf(number, length) }),
    );
  }

  async newest(limit: number): Promise<number> {
    const { page } = await this.#ask({ type: "history.page", query: { limit } });
    return page?.messages.length ?? 0;
  }

  /**
   * Resumes: reads everything after the position, page by page, until the socket is joined again
   * [S17, S19, S20].
   */
  async missed(count: number): Promise<number> {
    this.#caughtUp = 0;
    let after: number | undefined = this.#head - count;
    while (after !== undefined) {
      const from = { epoch: this.#epoch, after };
      ({ after } = await this.#ask({ type: "channel.subscribe", from, hereInBatches: true, purges: true }));
    }
    return this.#caughtUp;
  }

  cut(): void {
    this.#socket?.cut();
  }

  #ask(command: object): Promise<Answer> {
    const id = `ask-${++this.#asks}`;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket?.send(JSON.stringify({ id, ...command }));
    });
  }

  #hear(bytes: Buffer, start: number, end: number): void {
    if (bytes.compare(events, 0, events.length, start, Math.min(end, start + events.length)) === 0) {
      this.#head = digitsAt(bytes, bytes.indexOf(headKey, start, "latin1") + headKey.length);
      if (this.heard) eachNumber(bytes, start, end, this.heard);
      else this.#caughtUp += eventsFrame.parse(JSON.parse(bytes.toString("utf8", start, end))).events.length;
      return;
    }
    const frame = answer.parse(JSON.parse(bytes.toString("utf8", start, end)));
    if (frame.type === "error") this.#gone(bytes.toString("utf8", start, end));
    else if (frame.id !== undefined) {
      this.#asked.get(frame.id)?.resolve(frame);
      this.#asked.delete(frame.id);
    }
  }

  #gone(reason: string): void {
    for (const { reject } of this.#asked.values()) reject(new Error(reason));
    this.#asked.clear();
  }
}
