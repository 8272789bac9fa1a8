// A member of a room of the limit worker, with its minimal protocol.
import * as z from "zod";
import { BareSocket } from "./socket.ts";
import type { Member } from "./system.ts";
import { eachNumber, textOf } from "./text.ts";

const ready = z.object({ head: z.number() });
const page = z.object({ page: z.array(z.unknown()) });

/** How a frame of messages begins. */
const messages = Buffer.from('{"messages"');

export class LimitMember implements Member {
  heard: ((number: number) => void) | null = null;
  #socket: BareSocket | null = null;
  #head = 0;
  #answer: ((frame: string) => void) | null = null;

  static async join(port: number, path: string): Promise<LimitMember> {
    const member = new LimitMember();
    const hello = member.#next();
    member.#socket = await BareSocket.open(
      { port, path },
      (bytes, start, end) => member.#hear(bytes, start, end),
      () => {},
    );
    member.#head = ready.parse(JSON.parse(await hello)).head;
    return member;
  }

  send(number: number, length?: number): void {
    this.#socket?.send(JSON.stringify({ send: textOf(number, length) }));
  }

  newest(limit: number): Promise<number> {
    return this.#ask({ newest: limit });
  }

  missed(count: number): Promise<number> {
    return this.#ask({ after: this.#head - count });
  }

  cut(): void {
    this.#socket?.cut();
  }

  async #ask(command: object): Promise<number> {
    const answer = this.#next();
    this.#socket?.send(JSON.stringify(command));
    return page.parse(JSON.parse(await answer)).page.length;
  }

  #next(): Promise<string> {
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  #hear(bytes: Buffer, start: number, end: number): void {
    if (bytes.compare(messages, 0, messages.length, start, Math.min(end, start + messages.length)) !== 0) {
      this.#answer?.(bytes.toString("utf8", start, end));
    } else if (this.heard) eachNumber(bytes, start, end, this.heard);
  }
}
