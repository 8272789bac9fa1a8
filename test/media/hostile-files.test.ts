// Hostile files: none runs, none hangs, none costs much, and what is not what it says is saved
// only.
import { describe, expect, test } from "vitest";
import { type ByteSource, sourceOf } from "../../src/media/byte-source";
import { fileUseOf, servedTypeOf, typeOf } from "../../src/media/file-type";
import { inspect, PictureTooLarge } from "../../src/media/inspection";
import { chunkOf } from "../../src/media/png";
import { safeFileName } from "../../src/protocol";
import {
  bigEndian,
  box,
  concat,
  fullBox,
  headerOf,
  jpegParts,
  latin,
  littleEndian,
  PNG_SIGNATURE,
  pngOf,
} from "../support/pictures";

const { frame, scan } = jpegParts(8, 8);
const MIB = 1024 ** 2;
const empty = new Uint8Array();

/** A file of any size that repeats one piece after its beginning. It is not in memory. */
function endless(size: number, start: Uint8Array, piece: Uint8Array): ByteSource & { reads: number } {
  const source = {
    size,
    reads: 0,
    read: async (offset: number, length: number) => {
      source.reads++;
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      for (let at = 0; at < bytes.length; ) {
        const place = offset + at;
        const from =
          place < start.length ? start.subarray(place) : piece.subarray((place - start.length) % piece.length);
        const part = from.subarray(0, bytes.length - at);
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
  };
  return source;
}

const saved: [what: string, declared: string, bytes: Uint8Array][] = [
  ["HTML that says it is a PNG", "image/png", latin("<!doctype html><script>alert(1)</script>")],
  [
    "SVG with a script",
    "image/svg+xml",
    latin('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  ],
  ["XML with an external entity", "application/xml", latin('<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///x">')],
  ["XHTML", "application/xhtml+xml", latin("<html xmlns='http://www.w3.org/1999/xhtml'/>")],
  ["a script", "text/javascript", latin("alert(1)")],
  ["a PDF that says it is a picture", "image/jpeg", latin("%PDF-1.7 /OpenAction")],
  ["an archive in an archive", "application/zip", concat("PK\x03\x04", new Uint8Array(64))],
  ["a Matroska file with endless clusters", "video/webm", concat("\x1aE\xdf\xa3", "\x88matroska", new Uint8Array(64))],
  ["a PNG whose first chunk is none", "image/png", concat(PNG_SIGNATURE, new Uint8Array(64))],
  ["a PNG without a size", "image/png", concat(PNG_SIGNATURE, headerOf(0, 4), chunkOf("IEND", empty))],
  [
    "a PNG of nothing but chunks",
    "image/png",
    concat(PNG_SIGNATURE, headerOf(4, 4), ...Array(70_000).fill(chunkOf("tEXt", empty))),
  ],
  ["a JPEG of fill bytes", "image/jpeg", concat([0xff, 0xd8], frame, scan, new Uint8Array(MIB).fill(0xff))],
  [
    "a JPEG of nothing but segments",
    "image/jpeg",
    concat([0xff, 0xd8], ...Array(11_000).fill(concat([0xff, 0xfe, 0, 2]))),
  ],
  ["a JPEG without a frame", "image/jpeg", concat([0xff, 0xd8, 0xff, 0xd9])],
  ["a GIF with an unknown block", "image/gif", concat("GIF89a", [4, 0, 4, 0, 0, 0, 0], [0x99, 0x99, 0x99])],
  ["a WebP without an image", "image/webp", concat("RIFF", littleEndian(4), "WEBP")],
  ["a HEIC without a picture", "image/heic", concat(box("ftyp", "heic", [0, 0, 0, 0]), fullBox("meta", 0))],
  [
    "a HEIC with endless items",
    "image/heic",
    concat(
      box("ftyp", "heic", [0, 0, 0, 0]),
      fullBox(
        "meta",
        0,
        fullBox("iloc", 2, [0, 0], bigEndian(0xffffffff)),
        fullBox("iinf", 0, [0, 1], fullBox("infe", 2, [0, 1, 0, 0], "Exif", [0])),
      ),
    ),
  ],
];

describe("[S236] what is not what it says is saved, never shown", () => {
  test.each(saved)("%s", async (_, declared, bytes) => {
    const began = performance.now();
    const { type, picture } = await inspect(sourceOf(bytes), declared);
    expect(fileUseOf(type)).toBe("download");
    expect(servedTypeOf(type)).toMatch(/^application\/(octet-stream|pdf|zip)$|^video\/x-matroska$/);
    expect(picture).toBeNull();
    expect(performance.now() - began).toBeLessThan(500);
  });

  test("a polyglot is the picture that it begins as, without what follows its end", async () => {
    const png = await pngOf(4, 4);
    const { type, pieces } = await inspect(sourceOf(concat(png, "<script>alert(1)</script>PK\x03\x04")), "text/html");
    expect(type).toBe("image/png");
    expect(pieces).toEqual([{ kind: "range", from: 0, to: png.length }]);
  });

  test("types that look like sound are taken only from those who say so", () => {
    const frameOfSound = concat([0xff, 0xfb, 0x90, 0x64], new Uint8Array(16));
    expect(typeOf(frameOfSound, "audio/mpeg")).toBe("audio/mpeg");
    expect(typeOf(frameOfSound, "text/html")).toBe("text/html");
    expect(servedTypeOf("text/html")).toBe("application/octet-stream");
  });
});

describe("[S233] a picture that nobody could decode is refused by its header", () => {
  test.each([
    ["30,000 x 30,000 PNG", concat(PNG_SIGNATURE, headerOf(30_000, 30_000), chunkOf("IEND", empty))],
    ["PNG of the longest sides", concat(PNG_SIGNATURE, headerOf(0x7fffffff, 0x7fffffff), chunkOf("IEND", empty))],
    ["60,000 x 60,000 JPEG", concat([0xff, 0xd8], jpegParts(60_000, 60_000).frame, scan, [0xff, 0xd9])],
    ["16,000 x 16,000 GIF", concat("GIF89a", littleEndian(16_000, 2), littleEndian(16_000, 2), [0, 0, 0, 0x3b])],
    [
      "16,383 x 16,383 WebP",
      concat(
        "RIFF",
        littleEndian(30),
        "WEBP",
        "VP8X",
        littleEndian(10),
        [0, 0, 0, 0],
        littleEndian(16_382, 3),
        littleEndian(16_382, 3),
      ),
    ],
    [
      "HEIC of a million pixels a side",
      concat(
        box("ftyp", "heic", [0, 0, 0, 0]),
        fullBox("meta", 0, box("iprp", box("ipco", fullBox("ispe", 0, bigEndian(1e6), bigEndian(1e6))))),
      ),
    ],
  ])("%s", async (_, bytes) => {
    await expect(inspect(sourceOf(bytes), "")).rejects.toThrow(PictureTooLarge);
  });

  test("one that is long and thin is not", async () => {
    const { picture } = await inspect(sourceOf(await pngOf(1, 10_000)), "");
    expect(picture).toEqual({ width: 1, height: 10_000 });
  });
});

describe("[S234] a large file is read in a bounded number of ranges", () => {
  const clusters = concat(box("moof", new Uint8Array(100)), box("mdat", new Uint8Array(60_000)));
  test.each([
    ["a video in fragments", concat(box("ftyp", "isom", [0, 0, 0, 0])), clusters],
    ["a JPEG of one long scan", concat([0xff, 0xd8], frame, scan), noiseWithEscapes()],
    ["a PNG of large chunks", concat(PNG_SIGNATURE, headerOf(8, 8)), chunkOf("IDAT", new Uint8Array(65_536))],
  ])("%s", async (_, start, piece) => {
    const source = endless(96 * MIB, start, piece);
    await inspect(source, "");
    expect(source.reads).toBeLessThan(400);
  });
});

function noiseWithEscapes(): Uint8Array {
  return Uint8Array.from({ length: 4_096 }, (_, i) => (i % 256 === 254 ? 0xff : i % 256 === 255 ? 0 : i % 250));
}

describe("[S231] the name of a file", () => {
  test.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\boot.ini", "boot.ini"],
    ["photo\u202Egpj.exe", "photogpj.exe"],
    ["\u2067a\u2069.txt", "a.txt"],
    ["a\u0000\u0007\r\nb.txt", "ab.txt"],
    ["...hidden", "hidden"],
    ["name. . .", "name"],
    ["con.txt", "_con.txt"],
    ["a:b*c?.txt", "abc.txt"],
    ["\u200b\u2060", "file"],
    ["/", "file"],
    ["사진 👨‍👩‍👧.png", "사진 👨‍👩‍👧.png"],
    ["한글.txt", "한글.txt"],
  ])("%j is kept as %j", (name, kept) => {
    expect(safeFileName(name)).toBe(kept);
    expect(safeFileName(kept)).toBe(kept);
  });

  test("that is too long keeps its extension", () => {
    const name = safeFileName(`${"긴".repeat(500)}.tar.gz`);
    expect([...name].length).toBe(200);
    expect(name.endsWith("긴.gz")).toBe(true);
  });
});
