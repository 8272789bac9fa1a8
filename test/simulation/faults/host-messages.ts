// What the suite and the program that hosts the server say to each other.

export interface HostSettings {
  folder: string;
  worker: string;
  state: string;
  port: number;
}

/** The object forgets everything; its sockets sleep through it, or are closed. */
export interface Eviction {
  id: number;
  className: "ChannelObject" | "UserObject";
  name: string;
  webSockets: "hibernate" | "close";
}

/** The id under which the host says that it listens. */
export const READY = 0;

/** How an eviction ended. */
export interface HostReply {
  id: number;
  error: string | null;
}
