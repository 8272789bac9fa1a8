// What the scenarios use of a system under load: rooms, and members in them. Parley and the limit
// have the same interface.
import { inParts } from "./pace.ts";
import type { Profiler } from "./profiler.ts";
import type { Server } from "./server.ts";

export interface System {
  readonly name: string;
  readonly server: Server;
  /** Profiles what a scenario measures; null where no profile was asked for. */
  readonly profiler: Profiler | null;
  /** Creates an empty room for `size` members. */
  open(size: number): Promise<Room>;
}

export interface Room {
  readonly size: number;
  /** Opens the socket of member `at`, which can send and receives everything from then on. */
  join(at: number): Promise<Member>;
  /** Like `join`, for a device that has everything that `before` had. */
  rejoin(at: number, before: Member): Promise<Member>;
}

export interface Member {
  /** Called with the number of every message that arrives; null while nothing is counted. */
  heard: ((number: number) => void) | null;
  /**
   * Sends the message with that number and a text of `length` characters; its sender receives it
   * too.
   */
  send(number: number, length?: number): void;
  /** Reads the newest page. Returns its number of messages. */
  newest(limit: number): Promise<number>;
  /** Reads the last `count` messages, as a device does that was away. Returns how many came. */
  missed(count: number): Promise<number>;
  cut(): void;
}

/** Opens a room with all its members. */
export async function gather(system: System, size: number): Promise<Member[]> {
  const room = await system.open(size);
  return await inParts(size, (at) => room.join(at));
}
