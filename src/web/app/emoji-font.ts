// Colours for emoji where the system has no such font. The font comes in parts, which the browser
// loads when a text needs them.

const FAMILY = "Parley Emoji";

/**
 * Lets the browser load the font, by the styles that name its parts. Without it, emoji look as the
 * system's fonts have them.
 */
export function offerEmojiFont(loadStyles: () => Promise<unknown>): void {
  let isScheduled = false;
  document.fonts.addEventListener("loadingdone", ({ fontfaces }) => {
    if (isScheduled || !fontfaces.some(({ family }) => family.includes(FAMILY))) return;
    isScheduled = true;
    // Once a frame: two changes within one frame would end in the look of the frame before.
    requestAnimationFrame(() => {
      isScheduled = false;
      drawAgain();
    });
  });
  loadStyles().catch(console.warn);
}

/**
 * Chromium does not draw texts inside of size containers again when a font arrives. The two values
 * of the attribute set the font to the same look in two ways, so that it must.
 */
function drawAgain(): void {
  const { dataset } = document.documentElement;
  dataset.emoji = dataset.emoji === "odd" ? "even" : "odd";
}
