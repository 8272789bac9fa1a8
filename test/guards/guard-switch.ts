// Lets a run remove one guard at a time. The run may name one that is removed from the start: for
// tests other than the matrix, and for guards that are decided when a module loads.
import { inject } from "vitest";

interface GuardSwitch {
  removed: string | null;
  /** Gets each guard that was asked. */
  onAsked(id: string): void;
}

declare global {
  var guards: GuardSwitch;
  var guardSwitch: (id: string) => boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The guards of the sources, as JSON. */
    guards: string;
    /** The id of the guard that is removed from the start; empty for none. */
    removed: string;
    /** Which guards the run removes, as JSON. */
    part: string;
  }
}

const removed = inject("removed");
globalThis.guards = { removed: removed === "" ? null : removed, onAsked: () => undefined };
globalThis.guardSwitch = (id) => {
  globalThis.guards.onAsked(id);
  return globalThis.guards.removed === id;
};
