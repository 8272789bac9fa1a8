// Which windows a person looks at, and which one a click leads to.
import type { WindowClient } from "./scope";

type WindowUse = Pick<WindowClient, "focused" | "visibilityState">;

export interface WindowView {
  isFocused: boolean;
  isVisible: boolean;
  /** The open channel. */
  channel: string | null;
}

/** Returns whether a focused window shows the channel. It then needs no notification. */
export const isChannelFocused = (channel: string, views: readonly WindowView[]): boolean =>
  views.some((view) => view.isFocused && view.isVisible && view.channel === channel);

/** Returns the windows in the order in which a click prefers them: focused, visible, any. */
export const byPreference = <W extends WindowUse>(windows: readonly W[]): W[] =>
  windows.toSorted((one, other) => preferenceOf(other) - preferenceOf(one));

const preferenceOf = ({ focused, visibilityState }: WindowUse): number =>
  Number(focused) * 2 + Number(visibilityState === "visible");
