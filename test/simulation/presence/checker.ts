// Compares what every device sees with the model: each update when it arrives, and all screens once
// a second.
import { limits } from "../../../src/protocol/limits.ts";
import type { PresenceOf } from "../../../src/protocol/presence.ts";
import type { Device } from "./device.ts";
import type { Findings } from "./findings.ts";
import type { Person } from "./person.ts";
import { SEEN_WITHIN_MS } from "./presence-model.ts";
import type { World } from "./world.ts";

/** The precision of a person's last activity, which the server knows from heartbeats. */
const EXACT_MS = limits.heartbeatMs + SEEN_WITHIN_MS;

/** The cause of a status that an observer may have known from before the crash. */
const GONE = "gone in a crash";

/** Called when a device receives a person's presence. */
export function checkUpdate(device: Device, { user, status, activeAt }: PresenceOf): void {
  const { findings, people } = device.owner.world;
  const person = people.get(user);
  // A device receives and shows only people of the simulation.
  if (!person) return;
  const now = Date.now();
  const step = person.model.current(now);
  if (!person.model.allows(status, now)) {
    const kind = status === "offline" ? "flap" : person.hiddenAt !== null ? "leak" : "unfounded";
    findings.add(kind, `${device.owner.handle} saw ${person.handle} ${status}: ${person.model}`);
  }
  if (status === "offline") checkTime(device, person, activeAt);
  const before = device.views.get(user)?.status;
  if (status !== step.status || before === status) return;
  // An observer that asked after the change, or is being answered, did not wait for it.
  const isAwaited = step.since > device.answeredAt || (before !== undefined && step.cause === GONE);
  if (isAwaited) findings.seen(step.cause, now - step.since, now - step.to);
}

/** Where the model knows when a person was last active, the server must not report another time. */
function checkTime(device: Device, person: Person, activeAt: number | null): void {
  if (activeAt === null) return;
  const { findings } = device.owner.world;
  const { hiddenAt, lastThere } = person;
  const who = `${device.owner.handle} received that ${person.handle} was active`;
  if (hiddenAt !== null && activeAt > hiddenAt) findings.add("leak", `${who} while invisible`);
  if (hiddenAt !== null || lastThere === null || person.model.current(Date.now()).status !== "offline") return;
  const early = lastThere.from - EXACT_MS - activeAt;
  const late = activeAt - lastThere.to - SEEN_WITHIN_MS;
  if (early > 0) findings.add("mistimed", `${who} ${early} ms too early: ${person.model}`);
  if (late > 0) findings.add("mistimed", `${who} ${late} ms too late: ${person.model}`);
}

/** Checks all screens. An error that lasts is reported once. */
export class ScreenAudit {
  readonly #world: World;
  readonly #known = new Set<string>();
  /** The pairs of a device and a person whose status was certain. */
  judged = 0;

  constructor(world: World) {
    this.#world = world;
  }

  checkScreens(): void {
    const now = Date.now();
    const wrong = new Set<string>();
    for (const watcher of this.#world.people.values()) {
      for (const device of watcher.present) {
        if (!device.isOpen || device.answeredAt + SEEN_WITHIN_MS > now) continue;
        for (const person of device.watched) this.#judge(device, person, now, wrong);
      }
    }
    for (const known of this.#known) if (!wrong.has(known)) this.#known.delete(known);
  }

  #judge(device: Device, person: Person, now: number, wrong: Set<string>): void {
    const step = person.model.certain(now);
    if (!step) return;
    this.judged++;
    const seen = device.views.get(person.id)?.status;
    if (seen === step.status) return;
    const pair = `${device.key} ${person.id}`;
    wrong.add(pair);
    if (this.#known.has(pair)) return;
    this.#known.add(pair);
    const kind = step.status === "offline" ? "ghost" : "stale";
    addViolation(this.#world.findings, kind, device, person, seen ?? "nothing");
  }
}

const addViolation = (findings: Findings, kind: "ghost" | "stale", device: Device, person: Person, seen: string) =>
  findings.add(kind, `${device.owner.handle} still sees ${person.handle} ${seen}: ${person.model}`);
