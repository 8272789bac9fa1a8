// The whole log, as the server replays it to a device that has nothing.
import type { Event, Page, ServerFrame } from "../../../src/protocol/index.ts";
import { type Entry, entryOf } from "./chronicle.ts";
import { Hearing } from "./hearing.ts";
import type { HttpDoor } from "./http-door.ts";
import type { Scene } from "./scene.ts";

const WITHIN_MS = 30_000;

export async function replay(
  url: string,
  channel: string,
  door: HttpDoor,
  { chronicle, faults }: Scene,
): Promise<{ events: Event[]; entries: Entry[] }> {
  const { epoch } = await door.get<Page>("messages?limit=1");
  const protocols = ["parley.v1", `token.${await door.accessToken()}`];
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/channels/${channel}/socket`, protocols);
  const hearing = new Hearing("who reads the store", chronicle, faults, 0);
  const events: Event[] = [];
  const done = Promise.withResolvers<void>();
  const late = setTimeout(() => done.reject(new Error("the store was not told to its end")), WITHIN_MS);
  const ask = (after: number) =>
    socket.send(JSON.stringify({ id: String(after), type: "channel.subscribe", from: { epoch, after } }));
  socket.addEventListener("close", () => done.reject(new Error("the store's reader was cut off")));
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(String(data)) as ServerFrame;
    if (frame.type === "hello") ask(0);
    else if (frame.type === "more") ask(frame.after);
    else if (frame.type === "ready") done.resolve();
    else if (frame.type === "reset") done.reject(new Error(`the store's reader was reset: ${frame.reason}`));
    else if (frame.type === "events") {
      events.push(...frame.events);
      for (const event of frame.events) hearing.heard(entryOf(event));
    }
  });
  try {
    await done.promise;
  } finally {
    clearTimeout(late);
    socket.close();
  }
  return { events, entries: events.map(entryOf) };
}
