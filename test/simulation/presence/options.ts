// The options of a run.
import path from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  /** `asleep`, `disturbed`, or both. */
  parts: string[];
  quick: boolean;
  seed: string;
  people: number;
  disturbances: number;
  kills: number;
  /** Disturbances to leave out, in order to examine the others alone. */
  without: string[];
  /** The tree whose server is tested. */
  root: string;
  /** Plants bugs instead; a name selects those that contain it. */
  bugs: boolean;
  bug: string;
}

const sizes = {
  full: { people: 500, disturbances: 5_000, kills: 3 },
  quick: { people: 100, disturbances: 250, kills: 1 },
};

export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      part: { type: "string", default: "asleep,disturbed" },
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      people: { type: "string" },
      disturbances: { type: "string" },
      kills: { type: "string" },
      without: { type: "string", default: "" },
      root: { type: "string", default: path.join(import.meta.dirname, "../../..") },
      bugs: { type: "boolean", default: false },
      bug: { type: "string" },
    },
  });
  const size = values.quick ? sizes.quick : sizes.full;
  return {
    parts: values.part.split(","),
    quick: values.quick,
    seed: values.seed,
    people: Number(values.people ?? size.people),
    disturbances: Number(values.disturbances ?? size.disturbances),
    kills: Number(values.kills ?? size.kills),
    without: values.without.split(","),
    root: path.resolve(values.root),
    bugs: values.bugs || values.bug !== undefined,
    bug: values.bug ?? "",
  };
}
