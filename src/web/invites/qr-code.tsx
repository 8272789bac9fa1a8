// A QR code as one SVG path. It is black on white in both themes, because readers expect that.
import { useEffect, useRef } from "react";
import { encode } from "uqr";
import { invitesText } from "../../text/invites";
import { useWords } from "../app/use-text";

/** The light modules around a code, of which readers need four. */
const QUIET_ZONE = 4;

export function QrCode({ link }: { link: string }) {
  const words = useWords(invitesText);
  const shown = useRef<SVGSVGElement>(null);
  // It opens at the end of a list, which may be out of sight. Newer browsers return a promise,
  // which an effect must not return.
  useEffect(() => {
    shown.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const { data, size } = encode(link, { ecc: "M", border: 0 });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`] : [])))
    .join("");
  const side = size + 2 * QUIET_ZONE;
  return (
    <svg ref={shown} className="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={words.qrShown(link)}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
