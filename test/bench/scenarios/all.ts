import type { Scenario } from "../scenario.ts";
import { crowds } from "./crowd.ts";
import { history } from "./history.ts";
import { idle } from "./idle.ts";
import { pairs } from "./pairs.ts";
import { storm } from "./storm.ts";

export const scenarios: readonly Scenario[] = [...crowds, pairs, history, storm, idle];
