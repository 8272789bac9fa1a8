// A blurred picture in about 25 bytes, in the format of ThumbHash (evanw.github.io/thumbhash): the
// lowest frequencies of brightness, of two colour differences and of transparency.

/** The most pixels of a side that are encoded. More show no difference. */
export const HASHED_SIDE = 100;

/** The pixels of a picture: red, green, blue and alpha, 0 to 255 each. */
export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** One channel as frequencies. `ac` is 0 to 1 each, around 0.5. */
interface Frequencies {
  dc: number;
  ac: number[];
  scale: number;
}

/** Calls `visit` with each frequency of a triangle, the constant one first. */
function eachFrequency(nx: number, ny: number, visit: (cx: number, cy: number) => void): void {
  for (let cy = 0; cy < ny; cy++) for (let cx = 0; cx * ny < nx * (ny - cy); cx++) visit(cx, cy);
}

function frequenciesOf(channel: readonly number[], width: number, height: number, nx: number, ny: number): Frequencies {
  const found: Frequencies = { dc: 0, ac: [], scale: 0 };
  eachFrequency(nx, ny, (cx, cy) => {
    let sum = 0;
    for (let y = 0; y < height; y++) {
      const fy = Math.cos((Math.PI / height) * cy * (y + 0.5));
      for (let x = 0; x < width; x++)
        sum += (channel[x + y * width] ?? 0) * Math.cos((Math.PI / width) * cx * (x + 0.5)) * fy;
    }
    const value = sum / (width * height);
    if (cx === 0 && cy === 0) found.dc = value;
    else {
      found.ac.push(value);
      found.scale = Math.max(found.scale, Math.abs(value));
    }
  });
  if (found.scale > 0) found.ac = found.ac.map((value) => 0.5 + (0.5 / found.scale) * value);
  return found;
}

/** Returns the hash of a picture of at most `HASHED_SIDE` pixels a side, as base64. */
export function thumbhashOf({ width, height, rgba }: Pixels): string {
  const pixels = Array.from({ length: width * height }, (_, at) => {
    const [r = 0, g = 0, b = 0, a = 0] = rgba.subarray(at * 4, at * 4 + 4);
    return { r: r / 255, g: g / 255, b: b / 255, a: a / 255 };
  });
  const total = pixels.reduce((sum, { a }) => sum + a, 0);
  const mean = (part: "r" | "g" | "b") =>
    total === 0 ? 0 : pixels.reduce((sum, pixel) => sum + pixel[part] * pixel.a, 0) / total;
  const [meanR, meanG, meanB] = [mean("r"), mean("g"), mean("b")];
  const hasAlpha = total < width * height;
  const most = hasAlpha ? 5 : 7;
  const lx = Math.max(1, Math.round((most * width) / Math.max(width, height)));
  const ly = Math.max(1, Math.round((most * height) / Math.max(width, height)));
  const mixed = pixels.map(({ r, g, b, a }) => ({
    ...{ r: meanR * (1 - a) + a * r, g: meanG * (1 - a) + a * g, b: meanB * (1 - a) + a * b, a },
  }));
  const encode = (of: (pixel: (typeof mixed)[number]) => number, nx: number, ny: number) =>
    frequenciesOf(mixed.map(of), width, height, nx, ny);
  const l = encode(({ r, g, b }) => (r + g + b) / 3, Math.max(3, lx), Math.max(3, ly));
  const p = encode(({ r, g, b }) => (r + g) / 2 - b, 3, 3);
  const q = encode(({ r, g }) => r - g, 3, 3);
  const alpha = hasAlpha ? encode(({ a }) => a, 5, 5) : null;
  const isLandscape = width > height;
  const first =
    Math.round(63 * l.dc) |
    (Math.round(31.5 + 31.5 * p.dc) << 6) |
    (Math.round(31.5 + 31.5 * q.dc) << 12) |
    (Math.round(31 * l.scale) << 18) |
    (Number(hasAlpha) << 23);
  const second =
    (isLandscape ? ly : lx) |
    (Math.round(63 * p.scale) << 3) |
    (Math.round(63 * q.scale) << 9) |
    (Number(isLandscape) << 15);
  const hash = [first & 255, (first >> 8) & 255, first >> 16, second & 255, second >> 8];
  if (alpha) hash.push(Math.round(15 * alpha.dc) | (Math.round(15 * alpha.scale) << 4));
  const nibbles = [l, p, q, ...(alpha ? [alpha] : [])].flatMap(({ ac }) => ac.map((value) => Math.round(15 * value)));
  for (let at = 0; at < nibbles.length; at += 2) hash.push((nibbles[at] ?? 0) | ((nibbles[at + 1] ?? 0) << 4));
  return btoa(String.fromCharCode(...hash));
}

/** How much stronger colours are shown, because the format weakens them. */
const SATURATION = 1.25;
/** The side of a decoded picture. */
const SHOWN_SIDE = 32;

/** Returns the picture of a hash; null for a text that is no hash. */
export function picturesOfThumbhash(base64: string): Pixels | null {
  let hash: Uint8Array;
  try {
    hash = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
  if (hash.length < 5) return null;
  const byte = (at: number) => hash[at] ?? 0;
  const first = byte(0) | (byte(1) << 8) | (byte(2) << 16);
  const second = byte(3) | (byte(4) << 8);
  const hasAlpha = first >> 23 !== 0;
  const isLandscape = second >> 15 !== 0;
  const most = hasAlpha ? 5 : 7;
  const lx = Math.max(3, isLandscape ? most : second & 7);
  const ly = Math.max(3, isLandscape ? second & 7 : most);
  let nibble = (hasAlpha ? 6 : 5) * 2;
  const read = (nx: number, ny: number, scale: number): Map<number, number> => {
    /** Bound: 49 frequencies of one channel, by `cx + 16 * cy`. */
    const found = new Map<number, number>();
    eachFrequency(nx, ny, (cx, cy) => {
      if (cx === 0 && cy === 0) return;
      const value = (byte(nibble >> 1) >> ((nibble & 1) << 2)) & 15;
      nibble++;
      found.set(cx + 16 * cy, (value / 7.5 - 1) * scale);
    });
    return found;
  };
  const l = { dc: (first & 63) / 63, ac: read(lx, ly, ((first >> 18) & 31) / 31) };
  const p = { dc: ((first >> 6) & 63) / 31.5 - 1, ac: read(3, 3, (((second >> 3) & 63) / 63) * SATURATION) };
  const q = { dc: ((first >> 12) & 63) / 31.5 - 1, ac: read(3, 3, (((second >> 9) & 63) / 63) * SATURATION) };
  const a = hasAlpha ? { dc: (byte(5) & 15) / 15, ac: read(5, 5, (byte(5) >> 4) / 15) } : null;
  const ratio = (isLandscape ? most : second & 7) / Math.max(1, isLandscape ? second & 7 : most);
  const width = Math.max(1, Math.round(ratio > 1 ? SHOWN_SIDE : SHOWN_SIDE * ratio));
  const height = Math.max(1, Math.round(ratio > 1 ? SHOWN_SIDE / ratio : SHOWN_SIDE));
  const rgba = new Uint8ClampedArray(width * height * 4);
  const valueAt = ({ dc, ac }: { dc: number; ac: Map<number, number> }, x: number, y: number): number => {
    let value = dc;
    for (const [at, factor] of ac) {
      const [cx, cy] = [at % 16, Math.floor(at / 16)];
      const fx = Math.cos((Math.PI / width) * (x + 0.5) * cx);
      value += factor * fx * Math.cos((Math.PI / height) * (y + 0.5) * cy) * 2;
    }
    return value;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [vl, vp, vq] = [valueAt(l, x, y), valueAt(p, x, y), valueAt(q, x, y)];
      const b = vl - (2 / 3) * vp;
      const r = (3 * vl - b + vq) / 2;
      rgba.set([255 * r, 255 * (r - vq), 255 * b, 255 * (a ? valueAt(a, x, y) : 1)], (x + y * width) * 4);
    }
  }
  return { width, height, rgba };
}
