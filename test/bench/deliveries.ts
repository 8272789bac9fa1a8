// Records which message reached which member, and when. A run with a lost or repeated message is
// invalid and throws.
import type { Member } from "./system.ts";

interface Sent {
  at: number;
  room: number;
  /** The index of the sender in the room. */
  sender: number;
  /** By index in the room: whether the member has it. */
  has: Uint8Array;
  /** How many members do not have it yet. */
  missing: number;
}

/** How many members of a room send, at most. */
const SENDERS = 4;

export class Deliveries {
  readonly #rooms: readonly (readonly Member[])[];
  readonly #length: number | undefined;
  readonly #open = new Map<number, Sent>();
  /** Called when a message has reached every member. */
  readonly #complete: (room: number) => void;
  #next = 1;
  #sends = 0;
  /** Deliveries: one message at one member. */
  arrived = 0;
  /** Messages that reached every member. */
  completed = 0;
  /** From sending to the sender's own copy, which is its acknowledgement. */
  readonly ackMs: number[] = [];

  /** `length`: the characters of each message. */
  constructor(rooms: readonly (readonly Member[])[], complete: (room: number) => void, length?: number) {
    this.#length = length;
    this.#rooms = rooms;
    this.#complete = complete;
    for (const [room, members] of rooms.entries()) {
      for (const [at, member] of members.entries()) member.heard = (number) => this.#heard(room, at, number);
    }
  }

  /**
   * Sends in a room; its members take turns. Latency counts from `dueAt`, so that a late generator
   * hides no waiting.
   */
  send(room: number, dueAt = performance.now()): void {
    const members = this.#rooms[room] ?? [];
    const sender = this.#sends++ % Math.min(SENDERS, members.length);
    const number = this.#next++;
    this.#open.set(number, { at: dueAt, room, sender, has: new Uint8Array(members.length), missing: members.length });
    members[sender]?.send(number, this.#length);
  }

  get waiting(): number {
    return this.#open.size;
  }

  end(): void {
    for (const member of this.#rooms.flat()) member.heard = null;
    if (this.#open.size > 0) throw new Error(`${this.#open.size} messages did not reach every member`);
  }

  #heard(room: number, at: number, number: number): void {
    const sent = this.#open.get(number);
    if (sent?.room !== room || sent.has[at] !== 0)
      throw new Error(`message ${number} arrived twice or in the wrong room`);
    sent.has[at] = 1;
    sent.missing--;
    this.arrived++;
    if (at === sent.sender) this.ackMs.push(performance.now() - sent.at);
    if (sent.missing > 0) return;
    this.#open.delete(number);
    this.completed++;
    this.#complete(room);
  }
}
