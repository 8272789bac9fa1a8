// The account of a run: which message reached whom, and when. A run in which something is lost or comes twice measures nothing and throws.
import type { Member } from "./system.ts";

interface Sent {
  at: number;
  room: number;
  /** Who sent it, as a place in the room. */
  sender: number;
  /** By place in the room: whether they have it. */
  has: Uint8Array;
  /** How many have not. */
  missing: number;
}

/** Members who send, where there are as many. */
const SENDERS = 4;

export class Deliveries {
  readonly #rooms: readonly (readonly Member[])[];
  readonly #open = new Map<number, Sent>();
  /** Called when a message has reached everybody. */
  readonly #complete: (room: number) => void;
  #next = 1;
  #sends = 0;
  /** Frames' worth of messages that arrived, each at one member. */
  arrived = 0;
  /** Messages that reached everybody. */
  completed = 0;
  /** From sending to the sender's own copy, its acknowledgement. */
  readonly ackMs: number[] = [];

  constructor(rooms: readonly (readonly Member[])[], complete: (room: number) => void) {
    this.#rooms = rooms;
    this.#complete = complete;
    for (const [room, members] of rooms.entries()) {
      for (const [at, member] of members.entries()) member.heard = (number) => this.#heard(room, at, number);
    }
  }

  /** Sends in a room, its members taking turns; `dueAt` is when it should have been sent, so that a late generator hides no waiting. */
  send(room: number, dueAt = performance.now()): void {
    const members = this.#rooms[room] ?? [];
    const sender = this.#sends++ % Math.min(SENDERS, members.length);
    const number = this.#next++;
    this.#open.set(number, { at: dueAt, room, sender, has: new Uint8Array(members.length), missing: members.length });
    members[sender]?.send(number);
  }

  get waiting(): number {
    return this.#open.size;
  }

  end(): void {
    for (const member of this.#rooms.flat()) member.heard = null;
    if (this.#open.size > 0) throw new Error(`${this.#open.size} messages did not reach everybody`);
  }

  #heard(room: number, at: number, number: number): void {
    const sent = this.#open.get(number);
    if (sent?.room !== room || sent.has[at] !== 0) throw new Error(`message ${number} came twice or from elsewhere`);
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
