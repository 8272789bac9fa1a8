import { useEffect, useRef } from "react";
import { picturesOfThumbhash } from "./thumbhash";

/** The blurred picture in the place of one that is not loaded yet. */
export function Placeholder({ thumbhash }: { thumbhash: string | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = thumbhash === undefined ? null : picturesOfThumbhash(thumbhash);
    const element = canvas.current;
    if (!pixels || !element) return;
    element.width = pixels.width;
    element.height = pixels.height;
    element.getContext("2d")?.putImageData(new ImageData(pixels.rgba, pixels.width, pixels.height), 0, 0);
  }, [thumbhash]);
  return <canvas ref={canvas} className="picture-placeholder" width={1} height={1} aria-hidden />;
}
