// Every planted bug, and the command that has to find it. A bug that no longer applies or compiles
// fails `planted-bugs.test.ts`; a bug that its suite misses fails the command.
import { plantedBugs as security } from "../security/planted-bugs.ts";
import { nextVersion } from "./faults/next-version.ts";
import { plantedBugs as faults } from "./faults/planted-bugs.ts";
import type { PlantedBug, SourceEdit } from "./kit/planted-bug.ts";
import { plantedBugs as notifications } from "./notifications/planted-bugs.ts";
import { plantedBugs as presence } from "./presence/planted-bugs.ts";

export interface BugSuite {
  suite: "faults" | "presence" | "notifications" | "security";
  /**
   * Plants all bugs of the suite; `--bug NAME` instead of `--bugs` plants those whose name contains
   * it.
   */
  command: string;
  bugs: readonly PlantedBug[];
}

export const bugSuites: readonly BugSuite[] = [
  { suite: "faults", command: "npm run test:faults -- --bugs", bugs: faults },
  { suite: "presence", command: "npm run test:presence -- --bugs", bugs: presence },
  { suite: "notifications", command: "npm run test:push -- --bugs", bugs: notifications },
  { suite: "security", command: "npm run test:security -- --bugs", bugs: security },
];

/** All edits of the sources that suites make, by name. */
export const sourceEdits: readonly { name: string; edits: readonly SourceEdit[] }[] = [
  ...bugSuites.flatMap(({ suite, bugs }) => bugs.map(({ name, edits }) => ({ name: `${suite}: ${name}`, edits }))),
  { name: "faults: the next version", edits: nextVersion },
];
