// The options of a run.
import path from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  quick: boolean;
  /** Plants bugs instead; a name selects those that contain it. */
  bugs: boolean;
  bug: string;
  seed: string;
  /** The tree whose server is tested. */
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
