// Which windows somebody looks at, and which one they are led to.
import type { WindowClient } from "./scope";

type Used = Pick<WindowClient, "focused" | "visibilityState">;

export interface WindowView {
  isFocused: boolean;
  isVisible: boolean;
  /** The channel on screen. */
  channel: string | null;
}

/** Whether somebody has the channel before their eyes: then a notification tells them nothing. */
export const isChannelFocused = (channel: string, views: readonly WindowView[]): boolean =>
  views.some((view) => view.isFocused && view.isVisible && view.channel === channel);

/** The window in use, else one that shows, else any: what somebody is led to. */
export const byUse = <W extends Used>(windows: readonly W[]): W[] =>
  windows.toSorted((one, other) => useOf(other) - useOf(one));

const useOf = ({ focused, visibilityState }: Used): number =>
  Number(focused) * 2 + Number(visibilityState === "visible");
