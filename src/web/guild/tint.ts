// Colours of guilds and roles. The styles take only the hue and the saturation from them, so that
// every colour has enough contrast in both themes.
import type { CSSProperties } from "react";

/** The colours that the page offers. `guildsText` has their names, in this order. */
export const palette: readonly number[] = [
  0x5b_6e_e1, 0x0c_8f_a3, 0x2f_9e_44, 0x8a_8a_1e, 0xd9_7b_16, 0xe0_31_31, 0xd6_33_84, 0x90_46_cf,
];

/** Returns the style that passes a colour on to the style sheet. */
export const tint = (color: number): CSSProperties & Record<"--tint", string> => ({
  "--tint": `#${color.toString(16).padStart(6, "0")}`,
});
