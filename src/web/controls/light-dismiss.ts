const closesByItself = "closedBy" in HTMLDialogElement.prototype;

/**
 * Does what `closedby="any"` does, for browsers without it. A click on the backdrop hits the dialog
 * element itself.
 */
export function dismissLightly(dialog: HTMLDialogElement, close: () => void): () => void {
  if (closesByItself) return () => {};
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog) close();
  };
  dialog.addEventListener("click", onClick);
  return () => dialog.removeEventListener("click", onClick);
}
