// A device whose network blocks sockets: it polls.
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

  /** One poll; the frames it brought, null for 304. */
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
    const heard = frames.map((frame) => {
      const decoded = decodeServerFrame(JSON.stringify(frame));
      if (!decoded.ok) throw new Error(`unreadable frame: ${decoded.detail}`);
      return decoded.value;
    });
    this.frames.push(...heard);
    return heard;
  }

  get events(): Event[] {
    return eventsOf(this.frames);
  }
}

export const eventsOf = (frames: readonly ServerFrame[]): Event[] =>
  frames.flatMap((frame) => (frame.type === "events" ? frame.events : []));

/** Commands of a request; the answers in their order. */
export const perform = async (person: Person, channel: string, commands: unknown[]): Promise<ServerFrame[]> => {
  const sent = { method: "POST", token: person.token, body: { commands } };
  return (await call<{ frames: ServerFrame[] }>(`/v1/channels/${channel}/commands`, sent)).frames;
};
