// What can be done to a message, and by whom.
import { createContext, useContext } from "react";
import type { MessageView } from "../../sdk";

export interface MenuPoint {
  x: number;
  y: number;
}

export interface MessageActions {
  edit(message: MessageView): void;
  remove(message: MessageView): void;
  retry(key: string): void;
  discard(key: string): void;
  openMenu(message: MessageView, point: MenuPoint): void;
  toggleLength(key: string): void;
  choose(key: string): void;
}

const Actions = createContext<MessageActions | null>(null);
export const MessageActionsProvider = Actions.Provider;

export function useActions(): MessageActions {
  const actions = useContext(Actions);
  if (!actions) throw new Error("A message is shown outside a thread.");
  return actions;
}

/** An unconfirmed or deleted message has nothing to change yet, or any more. */
export const canChange = (message: MessageView, mine: boolean): boolean =>
  mine && message.seq !== null && message.text !== null;
