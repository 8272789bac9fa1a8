// The orientation in Exif data, which is all of them that a stripped picture keeps.

/** How a picture is turned and mirrored, 1 to 8 as Exif numbers them. 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
/** The most entries of a directory that are read. Cameras write about 15. */
const ENTRIES_MAX = 200;

/** Returns the orientation in a TIFF block; 1 if it says none or cannot be read. */
export function readOrientation(tiff: Uint8Array): Orientation {
  if (tiff.length < 14) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const isLittle = order === 0x4949;
  const start = view.getUint32(4, isLittle);
  if (view.getUint16(2, isLittle) !== 42 || start + 2 > tiff.length) return 1;
  const count = Math.min(ENTRIES_MAX, view.getUint16(start, isLittle));
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + 12 * i;
    if (entry + 12 > tiff.length) return 1;
    if (view.getUint16(entry, isLittle) !== ORIENTATION_TAG) continue;
    const value = view.getUint16(entry + 8, isLittle);
    const isValid = view.getUint16(entry + 2, isLittle) === SHORT && value >= 1 && value <= 8;
    return isValid ? (value as Orientation) : 1;
  }
  return 1;
}

/** Returns whether an orientation exchanges the width and the height of a picture. */
export const isSideways = (orientation: Orientation): boolean => orientation >= 5;

/** Returns a TIFF block that says nothing except the orientation. */
export function orientationTiff(orientation: Orientation): Uint8Array {
  const tiff = new Uint8Array(26);
  const view = new DataView(tiff.buffer);
  view.setUint16(0, 0x4d4d);
  view.setUint16(2, 42);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION_TAG);
  view.setUint16(12, SHORT);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return tiff;
}
