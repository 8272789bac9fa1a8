const closesByItself = "closedBy" in HTMLDialogElement.prototype;

/** What `closedby="any"` does, for browsers that do not know it: a click on the backdrop lands on the dialog itself. */
export function dismissLightly(dialog: HTMLDialogElement, close: () => void): () => void {
  if (closesByItself) return () => {};
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog) close();
  };
  dialog.addEventListener("click", onClick);
  return () => dialog.removeEventListener("click", onClick);
}
