import type { Scenario } from "../scenario.ts";
import { cold } from "./cold.ts";
import { crowds } from "./crowd.ts";
import { history } from "./history.ts";
import { idles } from "./idle.ts";
import { pairs } from "./pairs.ts";
import { storms } from "./storm.ts";

export const scenarios: readonly Scenario[] = [...crowds, pairs, history, ...storms, cold, ...idles];
