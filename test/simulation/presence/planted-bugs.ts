// The bugs that `npm run test:presence -- --bugs` plants one after the other. The run must find
// each.
import type { PlantedBug } from "../kit/planted-bug.ts";
import type { Kind } from "./findings.ts";

export const plantedBugs: readonly PlantedBug<Kind>[] = [
  {
    name: "1-no-grace-period",
    promise: "A connection that drops for less than the grace period does not show.",
    foundAs: ["flap"],
    edits: [
      {
        file: "src/domain/presence.ts",
        find: "absentAt !== null && now - absentAt < limits.graceMs;",
        replace: "absentAt !== null && now - absentAt < 0;",
      },
    ],
  },
  {
    name: "2-no-alarm-at-the-lease-end",
    promise: "A person whose devices fall silent is offline when the lease is over.",
    foundAs: ["ghost"],
    edits: [
      {
        file: "src/user/presence.ts",
        find: "return graceEnd > now ? Math.min(graceEnd, leaseEnd(alive)) : leaseEnd(alive);",
        replace: "return graceEnd > now ? graceEnd : null;",
      },
    ],
  },
  {
    name: "3-invisible-leaks",
    promise: "Nobody sees that an invisible person is online.",
    foundAs: ["leak", "unfounded", "mistimed"],
    edits: [
      {
        file: "src/domain/presence.ts",
        find: 'if (mode === "invisible") return "offline";',
        replace: 'if (mode === "invisible" && before === "online") return "offline";',
      },
    ],
  },
  {
    name: "4-watchers-in-memory-only",
    promise: "Watchers receive changes after the user object was evicted or restarted.",
    foundAs: ["stale", "ghost"],
    edits: [
      {
        file: "src/user/presence-record.ts",
        find: '(1, ?)", JSON.stringify(this.#state));',
        replace: '(1, ?)", JSON.stringify({ ...this.#state, watchers: [] }));',
      },
    ],
  },
];
