// Reads the whole log over a socket, as a client without any state does.
import type { Event, Page, ServerFrame } from "../../../src/protocol/index.ts";
import { DeliveryChecker } from "./delivery-checker.ts";
import type { HttpClient } from "./http-client.ts";
import { type Entry, entryOf } from "./observed-log.ts";
import type { TestedChannel } from "./tested-channel.ts";

const WITHIN_MS = 30_000;

export async function replay(
  url: string,
  channel: string,
  http: HttpClient,
  { observedLog, violations }: TestedChannel,
): Promise<{ events: Event[]; entries: Entry[] }> {
  const { epoch } = await http.get<Page>("messages?limit=1");
  const protocols = ["parley.v1", `token.${await http.accessToken()}`];
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/channels/${channel}/socket`, protocols);
  const deliveries = new DeliveryChecker("the final reader", observedLog, violations, 0);
  const events: Event[] = [];
  const done = Promise.withResolvers<void>();
  const late = setTimeout(() => done.reject(new Error("the replay did not reach the head in time")), WITHIN_MS);
  const ask = (after: number) =>
    socket.send(JSON.stringify({ id: String(after), type: "channel.subscribe", from: { epoch, after } }));
  socket.addEventListener("close", () => done.reject(new Error("the replay was cut off")));
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(String(data)) as ServerFrame;
    if (frame.type === "hello") ask(0);
    else if (frame.type === "more") ask(frame.after);
    else if (frame.type === "ready") done.resolve();
    else if (frame.type === "reset") done.reject(new Error(`the replay was reset: ${frame.reason}`));
    else if (frame.type === "events") {
      events.push(...frame.events);
      for (const event of frame.events) deliveries.received(entryOf(event));
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
