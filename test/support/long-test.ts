import { test } from "vitest";
import { isLongRun } from "./runs";

/** A test that takes too long for `npm test` and runs in `npm run test:long`. */
export const longTest = test.runIf(isLongRun);
