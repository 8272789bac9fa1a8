// A push service inside the tests: replaces `fetch`, and answers as the test says.
import { vi } from "vitest";
import { type PushNote, pushNote, type RingNote, ringNote } from "../../src/protocol";
import { call, type Person } from "../support/http";
import { type Browser, decrypt, newBrowser, toBase64url } from "./browser";

export interface Arrived {
  note: PushNote;
  topic: string;
  urgency: string;
  ttl: number;
}

/** A subscribed browser of a person. */
export class PushDevice {
  readonly arrived: Arrived[] = [];
  /** The rings of calls, and their ends. */
  readonly rings: { note: RingNote; topic: string; urgency: string; ttl: number }[] = [];
  /** The answers to the next requests; 201 after the last one. */
  readonly answers: (() => Response)[] = [];
  requests = 0;

  constructor(
    readonly id: string,
    readonly browser: Browser,
  ) {}

  get notes(): PushNote[] {
    return this.arrived.map(({ note }) => note);
  }

  get texts(): string[] {
    return this.notes.map((note) => (note.type === "show" ? note.text : note.type));
  }
}

export class PushService {
  readonly #devices = new Map<string, PushDevice>();

  constructor() {
    const real = globalThis.fetch;
    vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
      const device = this.#devices.get(String(input));
      return device ? take(device, init) : real(input, init);
    });
  }

  async subscribe(person: Person): Promise<PushDevice> {
    const browser = await newBrowser();
    const endpoint = `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`;
    const keys = { p256dh: toBase64url(browser.publicKey), auth: toBase64url(browser.auth) };
    const body = { kind: "web", endpoint, keys, name: "a browser" };
    const sent = { method: "POST", token: person.token, body };
    const { id } = await call<{ id: string }>("/v1/push/subscriptions", sent);
    const device = new PushDevice(id, browser);
    this.#devices.set(endpoint, device);
    return device;
  }
}

async function take(device: PushDevice, init: RequestInit | undefined): Promise<Response> {
  device.requests++;
  const answer = device.answers.shift();
  if (answer) return answer();
  const headers = new Headers(init?.headers);
  const body = new Uint8Array(await new Response(init?.body).arrayBuffer());
  const payload: unknown = JSON.parse(new TextDecoder().decode(await decrypt(device.browser, body)));
  const [topic = "", urgency = ""] = [headers.get("topic") ?? "", headers.get("urgency") ?? ""];
  const ttl = Number(headers.get("ttl"));
  const ring = ringNote.safeParse(payload).data;
  if (ring) device.rings.push({ note: ring, topic, urgency, ttl });
  else device.arrived.push({ note: pushNote.parse(payload), topic, urgency, ttl });
  return new Response(null, { status: 201 });
}
