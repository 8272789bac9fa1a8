// Reads the notifications that devices received from the push service, and matches them with the
// requests that delivered them.
import { pushNote } from "../../../src/protocol/push.ts";
import type { History, PushRequest } from "./history.ts";
import type { PushService } from "./push-service.ts";

export class ArrivalReader {
  readonly #history: History;
  readonly #pushService: PushService;
  /** Requests whose content has not been read, by target. */
  readonly #unread = new Map<string, PushRequest[]>();
  /** Contents that a device could not parse. */
  readonly unreadable: string[] = [];

  constructor(history: History, pushService: PushService) {
    this.#history = history;
    this.#pushService = pushService;
  }

  recordRequest(request: PushRequest): void {
    this.#history.requests.push(request);
    if (request.place === 0) return;
    const list = this.#unread.get(request.target) ?? [];
    list.push(request);
    this.#unread.set(request.target, list);
  }

  /** Reads everything delivered so far. */
  async readAll(): Promise<void> {
    const waiting = [...this.#unread];
    this.#unread.clear();
    for (const [target, requests] of waiting) {
      const received = await this.#pushService.received(target);
      for (const request of requests) this.#read(request, received[request.place - 1] ?? "");
    }
    this.#history.arrivals.sort((a, b) => a.at - b.at);
  }

  #read({ target, at, topic, outcome }: PushRequest, text: string): void {
    const parsed = pushNote.safeParse(jsonOf(text));
    if (parsed.success) this.#history.arrivals.push({ target, at, topic, cut: outcome === "cut", note: parsed.data });
    else this.unreadable.push(`${text} ${parsed.error.message}`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
