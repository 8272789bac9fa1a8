// The messages between the suite and the program that hosts the server.

export interface HostSettings {
  folder: string;
  worker: string;
  state: string;
  port: number;
}

/** The object loses its memory; its sockets hibernate or are closed. */
export interface Eviction {
  id: number;
  className: "ChannelObject" | "UserObject";
  name: string;
  webSockets: "hibernate" | "close";
}

/** The id of the message that announces that the host listens. */
export const READY = 0;

/** The result of an eviction. */
export interface HostReply {
  id: number;
  error: string | null;
}
