// The options of a run.
import path from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  seconds: number;
  seed: string;
  /** Number of kills; by default as many as the time allows. */
  kills: number;
  channels: number;
  people: number;
  /** The tree whose server is tested. */
  root: string;
  /** Plants bugs instead; a name selects those that contain it. */
  bugs: boolean;
  bug: string | null;
}

/** The default interval between kills. A restart and the recovery take a few seconds of it. */
const KILL_EVERY_S = 16;

export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "90" },
      seed: { type: "string", default: "1" },
      kills: { type: "string" },
      channels: { type: "string", default: "3" },
      people: { type: "string", default: "10" },
      root: { type: "string", default: path.join(import.meta.dirname, "../../..") },
      bugs: { type: "boolean", default: false },
      bug: { type: "string" },
    },
  });
  const seconds = Number(values.seconds);
  return {
    seconds,
    seed: values.seed,
    kills: values.kills === undefined ? Math.floor(seconds / KILL_EVERY_S) : Number(values.kills),
    channels: Number(values.channels),
    people: Number(values.people),
    root: path.resolve(values.root),
    bugs: values.bugs || values.bug !== undefined,
    bug: values.bug ?? null,
  };
}
