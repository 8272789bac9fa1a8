import { Cell } from "../store";
import { type LogSlice, messageSlice, threadSlice } from "./log-slice";
import { MessageRows } from "./message-rows";
import type { ThreadView } from "./views";

const CLOSED: ThreadView = { root: null, messages: [], moreBefore: false, phase: "closed", typing: [] };

/** What a channel keeps of one of its threads. */
export class ChannelThread {
  readonly root: number;
  readonly view = new Cell<ThreadView>(CLOSED);
  readonly rows = new MessageRows();
  readonly replies: LogSlice;
  readonly rootSlice: LogSlice;
  /** Whether the thread is on screen, so that the channel's socket must stay open. */
  isShown = false;

  constructor(root: number) {
    this.root = root;
    this.replies = threadSlice(root);
    this.rootSlice = messageSlice(root);
  }
}
