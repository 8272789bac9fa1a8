// Dragging in the tree of channels, by the drag and drop of the browser: with a mouse, and on touch
// screens after a long press where the browser has that. The menus of the tree move too, also by
// keyboard. Loaded for people who may move something.
import type { GuildView } from "../../sdk";
import { besideCategory, besideChannel, intoCategory, type Side, type TreeMove } from "./tree-moves";

interface TreeDragOptions {
  view(): GuildView;
  onMove(move: TreeMove): void;
}

type Dragged = { kind: "channel" | "category"; id: string; element: HTMLElement };

/** A place to drop: the element that shows it, how it shows it, and what the drop changes. */
interface DropPlace {
  element: HTMLElement;
  mark: Side | "into";
  move: TreeMove;
}

const closest = (target: EventTarget | null, selector: string): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(selector) : null;

function sideOf({ clientY }: DragEvent, element: HTMLElement): Side {
  const { top, height } = element.getBoundingClientRect();
  return clientY < top + height / 2 ? "before" : "after";
}

/**
 * Lets the channels (`[data-channel]`) and categories (`[data-category]`) below an element be
 * dragged if they are `draggable`. Returns what ends that.
 */
export function attachTreeDrag(root: HTMLElement, { view, onMove }: TreeDragOptions): () => void {
  const ended = new AbortController();
  let dragged: Dragged | null = null;
  let marked: HTMLElement | null = null;

  const mark = (place: DropPlace | null) => {
    if (marked && marked !== place?.element) delete marked.dataset.drop;
    marked = place?.element ?? null;
    if (place) place.element.dataset.drop = place.mark;
  };
  const end = () => {
    mark(null);
    if (dragged) delete dragged.element.dataset.dragged;
    dragged = null;
  };
  const placeAt = (event: DragEvent): DropPlace | null => {
    if (!dragged) return null;
    const { kind, id } = dragged;
    const group = closest(event.target, "[data-category]");
    const category = group?.dataset.category ?? "";
    if (kind === "category") {
      if (!group || category === "") return null;
      const side = sideOf(event, group);
      const move = besideCategory(view(), id, category, side);
      return move && { element: group, mark: side, move };
    }
    const row = closest(event.target, "[data-channel]");
    if (row) {
      const side = sideOf(event, row);
      const move = besideChannel(view(), id, row.dataset.channel ?? "", side);
      return move && { element: row, mark: side, move };
    }
    const head = closest(event.target, ".tree-category");
    if (!head || category === "") return null;
    // Above the first category there may be no channel yet, beside which one could be dropped.
    const isAbove = group === root.firstElementChild && sideOf(event, head) === "before";
    const move = intoCategory(view(), id, isAbove ? null : category);
    return move && { element: head, mark: isAbove ? "before" : "into", move };
  };

  const { signal } = ended;
  root.addEventListener(
    "dragstart",
    (event) => {
      const element = closest(event.target, "[draggable='true']");
      const channel = element?.closest<HTMLElement>("[data-channel]")?.dataset.channel;
      const category = element?.closest<HTMLElement>("[data-category]")?.dataset.category;
      const id = channel ?? category;
      if (!element || !id || !event.dataTransfer) return;
      dragged = { kind: channel === undefined ? "category" : "channel", id, element };
      element.dataset.dragged = "";
      // On the element itself: it may have left the tree, because somebody else moved it.
      element.addEventListener("dragend", end, { once: true });
      event.dataTransfer.effectAllowed = "copyMove";
      if (channel === undefined) event.dataTransfer.setData("text/plain", element.innerText.trim());
    },
    { signal },
  );
  root.addEventListener(
    "dragover",
    (event) => {
      const place = placeAt(event);
      mark(place);
      if (!place) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "move";
    },
    { signal },
  );
  root.addEventListener(
    "dragleave",
    ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) mark(null);
    },
    { signal },
  );
  root.addEventListener(
    "drop",
    (event) => {
      const place = placeAt(event);
      end();
      if (!place) return;
      event.preventDefault();
      onMove(place.move);
    },
    { signal },
  );
  return () => {
    end();
    ended.abort();
  };
}
