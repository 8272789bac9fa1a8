// What a run is asked for on the command line.
import path from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  seconds: number;
  seed: string;
  /** Kills wanted; as many as the time allows by default. */
  kills: number;
  channels: number;
  people: number;
  /** The tree whose server is put to the test. */
  root: string;
  /** Runs the planted bugs instead; a name runs that one. */
  bugs: boolean;
  bug: string | null;
}

/** A kill about every so often: the restart and the way back take a few seconds of it. */
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
