import { useEffect, useState } from "react";

/** Copies text to the clipboard. `copied` is true for a moment afterwards. */
export function useCopy(): [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 1600);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return [
    copied,
    (text) =>
      void navigator.clipboard.writeText(text).then(
        () => setCopied(true),
        () => {},
      ),
  ];
}
