// A device that polls, because its network blocks sockets.
import { decodeServerFrame, type Event, type ServerFrame } from "../../src/protocol";
import { call, type Person, request } from "./http";

export class Poller {
  /** The tag of the last answer. */
  tag: string | null = null;
  readonly frames: ServerFrame[] = [];

  constructor(
    readonly person: Person,
    readonly path: string,
  ) {}

  /** Sends one poll. Returns its frames; null for a 304. */
  async ask(query: Record<string, string | number> = {}): Promise<ServerFrame[] | null> {
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const response = await request(`${this.path}?${search}`, {
      token: this.person.token,
      headers: this.tag === null ? {} : { "if-none-match": this.tag },
    });
    if (response.status === 304) return null;
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    this.tag = response.headers.get("etag");
    const { frames } = await response.json<{ frames: unknown[] }>();
    const decodedFrames = frames.map((frame) => {
      const decoded = decodeServerFrame(JSON.stringify(frame));
      if (!decoded.ok) throw new Error(`unreadable frame: ${decoded.detail}`);
      return decoded.value;
    });
    this.frames.push(...decodedFrames);
    return decodedFrames;
  }

  get events(): Event[] {
    return eventsOf(this.frames);
  }
}

export const eventsOf = (frames: readonly ServerFrame[]): Event[] =>
  frames.flatMap((frame) => (frame.type === "events" ? frame.events : []));

/** Sends commands in one request. Returns the answers in the same order. */
export const perform = async (person: Person, channel: string, commands: unknown[]): Promise<ServerFrame[]> => {
  const options = { method: "POST", token: person.token, body: { commands } };
  return (await call<{ frames: ServerFrame[] }>(`/v1/channels/${channel}/commands`, options)).frames;
};
