import { useEffect, useState } from "react";

/** Puts text on the clipboard and says so for a moment. */
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
