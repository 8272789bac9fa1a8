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
    // Parts often arrive together, and each redraw lays out all texts.
    requestAnimationFrame(() => {
      isScheduled = false;
      drawAgain();
    });
  });
  loadStyles().catch(console.warn);
}

let timesDrawn = 0;

/**
 * Chromium does not draw texts inside of size containers again when a font arrives. A feature that
 * no font has changes no look, but a new value of it makes the texts new. A value that was there
 * before would bring back the shapes of that time, without the emoji.
 */
function drawAgain(): void {
  timesDrawn++;
  document.documentElement.style.setProperty("font-feature-settings", `"prly" ${timesDrawn}`);
}
