// What a file is, by its first bytes. The type that a client declares only decides between types
// that look alike. What is not recognised is never shown inside of a page.

/** Types that a page may show or play, each recognised by its bytes. Bound: constant. */
const pictures = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"]);
/** Bound: constant. */
const sounds = new Set(["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav", "audio/flac", "audio/webm"]);
/** Bound: constant. */
const videos = new Set(["video/mp4", "video/webm", "video/quicktime", "video/3gpp", "video/ogg"]);

/** What a page may do with a type: show it as a picture, play it, or only save it. */
export type FileUse = "picture" | "sound" | "video" | "download";

export function fileUseOf(type: string): FileUse {
  if (pictures.has(type)) return "picture";
  if (sounds.has(type)) return "sound";
  return videos.has(type) ? "video" : "download";
}

/** A file of which nothing else is known. */
export const UNKNOWN_TYPE = "application/octet-stream";

/** How many bytes `typeOf` reads. */
export const SNIFFED_BYTES = 4_096;

const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/**
 * Returns the MIME type of a file that begins with `start`. `declared` is what its client says: it
 * is taken for a file without a known signature, unless it is a type that has one.
 */
export function typeOf(start: Uint8Array, declared: string): string {
  const known = signatureOf(start, declared);
  if (known !== null) return known;
  if (declared === "" || fileUseOf(declared) !== "download") return UNKNOWN_TYPE;
  return declared;
}

function signatureOf(start: Uint8Array, declared: string): string | null {
  const head = textOf(start, 0, 16);
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WAVE") return "audio/wav";
  if (head.slice(4, 8) === "ftyp") return isoType(start, declared);
  if (head.slice(4, 8) === "moov" || head.slice(4, 8) === "wide") return "video/quicktime";
  if (head.startsWith("\x1aE\xdf\xa3")) return matroskaType(start, declared);
  if (head.startsWith("OggS")) return declared === "video/ogg" ? declared : "audio/ogg";
  if (head.startsWith("fLaC")) return "audio/flac";
  if (head.startsWith("ID3")) return "audio/mpeg";
  if (head.startsWith("PK\x03\x04")) return /zip|officedocument|opendocument|epub/.test(declared) ? declared : ZIP;
  if (textOf(start, 0, 1_024).includes("%PDF-")) return "application/pdf";
  return soundFrameType(start, declared);
}

const ZIP = "application/zip";

/** Frames of MP3 and AAC begin with bits that other files have too. */
function soundFrameType(start: Uint8Array, declared: string): string | null {
  const [first = 0, second = 0] = start;
  if (first !== 0xff || (second & 0xe0) !== 0xe0 || fileUseOf(declared) !== "sound") return null;
  return (second & 0xf6) === 0xf0 ? "audio/aac" : "audio/mpeg";
}

/** Bound: constant. */
const heifBrands = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);

function isoType(start: Uint8Array, declared: string): string {
  const length = Math.min(start.length, new DataView(start.buffer, start.byteOffset).getUint32(0), 256);
  const brands = [textOf(start, 8, 12)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(textOf(start, at, at + 4));
  const [major = ""] = brands;
  if (brands.includes("avif") || brands.includes("avis")) return "image/avif";
  if (heifBrands.has(major)) return "image/heic";
  if (major === "qt  ") return "video/quicktime";
  if (major.startsWith("3g")) return "video/3gpp";
  return /^M4[AB]/.test(major) || declared === "audio/mp4" || declared === "audio/x-m4a" ? "audio/mp4" : "video/mp4";
}

/** WebM is played; other Matroska files are saved. */
function matroskaType(start: Uint8Array, declared: string): string {
  const isWebm = textOf(start, 0, 64).includes("webm");
  if (!isWebm) return "video/x-matroska";
  return declared === "audio/webm" ? declared : "video/webm";
}

/** Whether files of a type are ISO media, and whether they are pictures. */
export const isIsoMedia = (type: string): boolean =>
  /^(?:image\/(?:avif|heic)|video\/(?:mp4|quicktime|3gpp)|audio\/mp4)$/.test(type);

/** Bound: constant. */
const savedTypes = new Set(["application/pdf", ZIP, "text/plain", "video/x-matroska"]);

/**
 * Returns the `content-type` of an answer. What a browser could run (HTML, SVG, XML, scripts) goes
 * out as bytes of no type.
 */
export function servedTypeOf(type: string): string {
  if (fileUseOf(type) !== "download") return type;
  return savedTypes.has(type) || /^application\/vnd\.(?:openxmlformats|oasis)/.test(type) ? type : UNKNOWN_TYPE;
}
