// What has arrived at the devices, read out of the push service and matched with the requests that brought it.
import { pushNote } from "../../../src/protocol/push.ts";
import type { Knock, Ledger } from "./ledger.ts";
import type { Office } from "./office.ts";

export class Postbag {
  readonly #ledger: Ledger;
  readonly #office: Office;
  /** Requests whose content has not been read, by device. */
  readonly #unread = new Map<string, Knock[]>();
  /** What a device could not make sense of. */
  readonly unreadable: string[] = [];

  constructor(ledger: Ledger, office: Office) {
    this.#ledger = ledger;
    this.#office = office;
  }

  note(knock: Knock): void {
    this.#ledger.knocks.push(knock);
    if (knock.place === 0) return;
    const list = this.#unread.get(knock.target) ?? [];
    list.push(knock);
    this.#unread.set(knock.target, list);
  }

  /** Reads everything that was taken until now. */
  async empty(): Promise<void> {
    const waiting = [...this.#unread];
    this.#unread.clear();
    for (const [target, knocks] of waiting) {
      const received = await this.#office.received(target);
      for (const knock of knocks) this.#read(knock, received[knock.place - 1] ?? "");
    }
    this.#ledger.arrivals.sort((a, b) => a.at - b.at);
  }

  #read({ target, at, topic, fate }: Knock, text: string): void {
    const parsed = pushNote.safeParse(jsonOf(text));
    if (parsed.success) this.#ledger.arrivals.push({ target, at, topic, cut: fate === "cut", note: parsed.data });
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
