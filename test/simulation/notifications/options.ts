// What a run is asked for on the command line.
import path from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  quick: boolean;
  /** Runs the planted bugs instead; a name runs those that have it in theirs. */
  bugs: boolean;
  bug: string;
  seed: string;
  /** The tree whose server is put to the test. */
  root: string;
}

export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      bugs: { type: "boolean", default: false },
      bug: { type: "string", default: "" },
      seed: { type: "string", default: "1" },
      root: { type: "string", default: path.join(import.meta.dirname, "../../..") },
    },
  });
  return { ...values, bugs: values.bugs || values.bug !== "", root: path.resolve(values.root) };
}
