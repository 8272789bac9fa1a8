// What the scenarios know of a system under load: rooms, and people in them. Parley and the limit look alike from here.
import { inParts } from "./pace.ts";
import type { Server } from "./server.ts";

export interface System {
  readonly name: string;
  readonly server: Server;
  /** Makes a room for `size` people. Nobody is in it yet. */
  open(size: number): Promise<Room>;
}

export interface Room {
  readonly size: number;
  /** The socket of its `at`-th person, able to send and hearing everything from here on. */
  join(at: number): Promise<Member>;
}

export interface Member {
  /** Called with the number of every message that arrives; null while nobody counts. */
  heard: ((number: number) => void) | null;
  /** Sends the message of that number; it comes back to its sender as to everybody else. */
  send(number: number): void;
  /** Reads the newest page; answers how many messages it holds. */
  newest(limit: number): Promise<number>;
  /** Reads everything after the last `count` messages, as a device does that was away; answers how many came. */
  missed(count: number): Promise<number>;
  cut(): void;
}

/** Opens a room with everybody in it. */
export async function gather(system: System, size: number): Promise<Member[]> {
  const room = await system.open(size);
  return await inParts(size, (at) => room.join(at));
}
