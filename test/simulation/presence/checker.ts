// Holds what every device sees against the truth: each thing it hears when it hears it, and all it shows every now and then.
import { limits } from "../../../src/protocol/limits.ts";
import type { PresenceOf } from "../../../src/protocol/presence.ts";
import type { Device } from "./device.ts";
import type { Findings } from "./findings.ts";
import type { Person } from "./person.ts";
import { SEEN_WITHIN_MS } from "./presence-model.ts";
import type { World } from "./world.ts";

/** When somebody was last there is known from their heartbeats. */
const EXACT_MS = limits.heartbeatMs + SEEN_WITHIN_MS;

/** Everybody came back after it happened, and waits for it nevertheless. */
const GONE = "gone in a crash";

/** A device was told of somebody. */
export function checkUpdate(device: Device, { user, status, activeAt }: PresenceOf): void {
  const { findings, people } = device.owner.world;
  const person = people.get(user);
  // It only hears of those it shows, and shows nobody who is not one of them.
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
  // Whoever asked later, or is being answered, did not wait for it.
  const isAwaited = step.since > device.answeredAt || (before !== undefined && step.cause === GONE);
  if (isAwaited) findings.seen(step.cause, now - step.since, now - step.to);
}

/** Where it is known when somebody was last there, it may not be said otherwise. */
function checkTime(device: Device, person: Person, activeAt: number | null): void {
  if (activeAt === null) return;
  const { findings } = device.owner.world;
  const { hiddenAt, lastThere } = person;
  const who = `${device.owner.handle} was told that ${person.handle} was there`;
  if (hiddenAt !== null && activeAt > hiddenAt) findings.add("leak", `${who} while invisible`);
  if (hiddenAt !== null || lastThere === null || person.model.current(Date.now()).status !== "offline") return;
  const early = lastThere.from - EXACT_MS - activeAt;
  const late = activeAt - lastThere.to - SEEN_WITHIN_MS;
  if (early > 0) findings.add("mistimed", `${who} ${early} ms too early: ${person.model}`);
  if (late > 0) findings.add("mistimed", `${who} ${late} ms too late: ${person.model}`);
}

/** Looks at every screen. What is wrong is said once, however long it stays. */
export class ScreenAudit {
  readonly #world: World;
  readonly #known = new Set<string>();
  /** Pairs of a device and a person that were looked at and could be judged. */
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
