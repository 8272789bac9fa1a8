// Pictures and videos lose what says where and with what they were taken, and nothing else.
import { describe, expect, test } from "vitest";
import { sourceOf } from "../../src/media/byte-source";
import { orientationTiff, readOrientation } from "../../src/media/exif";
import { inspect } from "../../src/media/inspection";
import { applyPieces } from "../../src/media/pieces";
import { chunkOf } from "../../src/media/png";
import {
  bigEndian,
  box,
  cameraTiff,
  concat,
  fullBox,
  jpegOf,
  jpegParts,
  latin,
  pngOf,
  pngSecrets,
  webpOf,
  webpParts,
} from "../support/pictures";

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const includes = (bytes: Uint8Array, part: Uint8Array): boolean => textOf(bytes).includes(textOf(part));

/** Inspects a file and returns what of it is kept. */
async function strip(bytes: Uint8Array, declared = "") {
  const { type, picture, pieces } = await inspect(sourceOf(bytes), declared);
  const clean = pieces === null ? bytes : applyPieces(bytes, pieces);
  // A file that was stripped is clean: it is not rewritten again, and stays the same.
  const again = await inspect(sourceOf(clean), declared);
  expect(again.pieces === null ? clean : applyPieces(clean, again.pieces)).toEqual(clean);
  return { type, picture, clean, isChanged: pieces !== null };
}

const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const shown = (orientation: number) => (orientation >= 5 ? { width: 16, height: 32 } : { width: 32, height: 16 });

describe("[S234] of eight orientations", () => {
  test.each(orientations)(
    "a JPEG turned by %i keeps its pixels, its colours and its orientation",
    async (orientation) => {
      const { picture, clean, type } = await strip(jpegOf(32, 16, orientation));
      expect([type, picture]).toEqual(["image/jpeg", shown(orientation)]);
      expect(textOf(clean)).not.toMatch(/PLACE|XMP|xmp|MPF|Photoshop|comment/);
      const parts = jpegParts(32, 16);
      const exif = concat("Exif\0\0", orientationTiff(orientation));
      const turned = orientation === 1 ? [] : concat([0xff, 0xe1], bigEndian(exif.length + 2, 2), exif);
      const { jfif, profile, adobe, tables, frame, scan } = parts;
      expect(clean).toEqual(concat([0xff, 0xd8], jfif, turned, profile, adobe, tables, frame, scan, [0xff, 0xd9]));
    },
  );

  test.each(orientations)("a PNG turned by %i keeps its pixels and its orientation", async (orientation) => {
    const sent = concat(await pngOf(32, 16, ...pngSecrets(orientation)), "PLACE after the end");
    const { picture, clean, type } = await strip(sent);
    expect([type, picture]).toEqual(["image/png", shown(orientation)]);
    const kept = orientation === 1 ? [] : [chunkOf("eXIf", orientationTiff(orientation))];
    expect(clean).toEqual(await pngOf(32, 16, ...kept));
  });

  test.each(orientations)(
    "a WebP turned by %i keeps its pixels, its colours and its orientation",
    async (orientation) => {
      const { picture, clean, type } = await strip(webpOf(32, 16, orientation));
      expect([type, picture]).toEqual(["image/webp", shown(orientation)]);
      expect(textOf(clean)).not.toMatch(/PLACE|xmp|junk/);
      const { profile, image } = webpParts(32, 16);
      expect(includes(clean, concat(profile, image))).toBe(true);
      expect(new DataView(clean.buffer).getUint32(4, true)).toBe(clean.length - 8);
      const at = textOf(clean).indexOf("EXIF");
      expect(at < 0 ? 1 : readOrientation(clean.subarray(at + 8))).toBe(orientation);
      // The flags of the header name what is there: colours, and perhaps Exif.
      expect(clean[20]).toBe(orientation === 1 ? 0x20 : 0x28);
    },
  );
});

describe("[S234] a picture", () => {
  test("with nothing to hide is not rewritten", async () => {
    expect((await strip(await pngOf(4, 4))).isChanged).toBe(false);
    const { jfif, frame, scan } = jpegParts(4, 4);
    expect((await strip(concat([0xff, 0xd8], jfif, frame, scan, [0xff, 0xd9]))).isChanged).toBe(false);
    const { image } = webpParts(4, 4);
    const chunks = concat("WEBP", image);
    expect((await strip(concat("RIFF", [chunks.length, 0, 0, 0], chunks))).isChanged).toBe(false);
  });

  test("with several scans and tables between them keeps them", async () => {
    const { frame, scan, tables } = jpegParts(8, 8);
    const comment = concat([0xff, 0xfe, 0, 7], "PLACE");
    const { clean } = await strip(concat([0xff, 0xd8], frame, scan, tables, comment, scan, [0xff, 0xd9], "PLACE"));
    expect(clean).toEqual(concat([0xff, 0xd8], frame, scan, tables, scan, [0xff, 0xd9]));
  });

  test("that was cut off is shown as far as it goes", async () => {
    const whole = jpegOf(32, 16, 6);
    const { clean, picture } = await strip(whole.subarray(0, whole.length - 34));
    expect(picture).toEqual({ width: 16, height: 32 });
    expect(textOf(clean)).not.toContain("PLACE");
    expect([...clean.subarray(-2)]).toEqual([0xff, 0xd9]);
  });

  test("that is animated keeps its frames", async () => {
    const control = chunkOf("acTL", concat(bigEndian(2), bigEndian(0)));
    const frame = chunkOf("fdAT", concat(bigEndian(1), "frame"));
    const apng = await pngOf(4, 4, control, frame, chunkOf("tEXt", latin("Comment\0PLACE")));
    expect((await strip(apng)).clean).toEqual(await pngOf(4, 4, control, frame));
  });

  test("in GIF keeps its frames and how often they repeat, and loses comments and XMP", async () => {
    const header = concat("GIF89a", [4, 0, 4, 0, 0x80, 0, 0], [0, 0, 0, 255, 255, 255]);
    const loop = concat([0x21, 0xff, 11], "NETSCAPE2.0", [3, 1, 0, 0, 0]);
    const frame = concat([0x21, 0xf9, 4, 0, 10, 0, 0, 0], [0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0, 2, 2, 0x4c, 1, 0]);
    const comment = concat([0x21, 0xfe, 5], "PLACE", [0]);
    const xmp = concat([0x21, 0xff, 11], "XMP DataXMP", [5], "PLACE", [0]);
    const { clean, picture, type } = await strip(concat(header, loop, comment, frame, xmp, frame, [0x3b], "PLACE"));
    expect([type, picture]).toEqual(["image/gif", { width: 4, height: 4 }]);
    expect(clean).toEqual(concat(header, loop, frame, frame, [0x3b]));
  });

  test("of either byte order says how it is turned; nonsense says nothing", () => {
    expect(readOrientation(cameraTiff(6))).toBe(6);
    expect(readOrientation(orientationTiff(8))).toBe(8);
    expect(readOrientation(cameraTiff(9))).toBe(1);
    expect(readOrientation(latin("II*\0\xff\xff\xff\xff and more than that"))).toBe(1);
    expect(readOrientation(new Uint8Array(3))).toBe(1);
  });
});

describe("[S234] a video", () => {
  const ftyp = box("ftyp", "isom", [0, 0, 2, 0], "isommp41");
  const track = box("trak", box("mdia", fullBox("hdlr", 0, [0, 0, 0, 0], "vide", new Uint8Array(13))));
  const place = box("\xa9xyz", [0, 19, 0x15, 0xc7], "+37.5665+126.9780/");
  const title = box("\xa9nam", "a title");
  const inPlace = (name: string, data: Uint8Array) => box(name, data);

  test("loses its place and its camera, and nothing moves", async () => {
    const loci = box("loci", "PLACE");
    const camera = fullBox("meta", 0, fullBox("hdlr", 0, [0, 0, 0, 0], "mdta", new Uint8Array(13)), "PLACE of a phone");
    const xmp = box("uuid", latin("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"), "PLACE");
    const movie = box("moov", track, box("udta", place, loci, title), camera);
    const data = box("mdat", "the frames of the video");
    const sent = concat(ftyp, movie, data, xmp, box("free", "PLACE"), [0, 0, 0, 3], "trailer of PLACE");
    const { clean, type, picture } = await strip(sent);
    expect([type, picture, clean.length]).toEqual(["video/mp4", null, sent.length]);
    expect(textOf(clean)).not.toMatch(/PLACE|xyz|37\.5|mdta|phone/);
    expect(includes(clean, title)).toBe(true);
    for (const part of [ftyp, track, data])
      expect(textOf(clean).indexOf(textOf(part))).toBe(textOf(sent).indexOf(textOf(part)));
  });

  test("keeps the tags of a song", async () => {
    const tags = fullBox("meta", 0, fullBox("hdlr", 0, [0, 0, 0, 0], "mdir", new Uint8Array(13)), box("ilst", title));
    const song = concat(box("ftyp", "M4A ", [0, 0, 2, 0]), box("moov", track, box("udta", tags)), box("mdat", "sound"));
    const { type, isChanged } = await strip(song);
    expect([type, isChanged]).toEqual(["audio/mp4", false]);
  });

  test("loses the places of a track that has one for each second", async () => {
    const table = (name: string, ...data: Parameters<typeof box>[1][]) => fullBox(name, 0, ...data);
    const build = (offset: number) => {
      const samples = box(
        "stbl",
        table("stsz", bigEndian(0), bigEndian(3), bigEndian(4), bigEndian(5), bigEndian(6)),
        table("stsc", bigEndian(1), concat(bigEndian(1), bigEndian(2), bigEndian(1))),
        table("stco", bigEndian(2), bigEndian(offset), bigEndian(offset + 14)),
      );
      const places = box("mdia", fullBox("hdlr", 0, [0, 0, 0, 0], "meta", new Uint8Array(13)), box("minf", samples));
      return concat(ftyp, box("moov", track, box("trak", places)), box("mdat", "HERE.HERE", "video", "PLACE!", "more"));
    };
    const sent = build(textOf(build(0)).indexOf("HERE"));
    const { clean } = await strip(sent);
    expect(textOf(clean)).not.toMatch(/HERE|PLACE/);
    expect(textOf(clean)).toContain("\0\0\0\0\0\0\0\0\0video\0\0\0\0\0\0more");
    expect(inPlace("free", new Uint8Array()).length).toBe(8);
  });
});

describe("[S234] a HEIC", () => {
  const heic = (exif: string) => {
    const item = (id: number, type: string) => fullBox("infe", 2, bigEndian(id, 2), [0, 0], type, [0]);
    const infos = fullBox("iinf", 0, bigEndian(2, 2), item(1, "hvc1"), item(2, "Exif"));
    const sizes = box("iprp", box("ipco", fullBox("ispe", 0, bigEndian(64), bigEndian(32)), box("irot", [1])));
    const build = (at: number) => {
      const place = (id: number, offset: number, length: number) =>
        concat(bigEndian(id, 2), [0, 0], bigEndian(1, 2), bigEndian(offset), bigEndian(length));
      const places = fullBox("iloc", 0, [0x44, 0x00], bigEndian(2, 2), place(1, at, 6), place(2, at + 6, exif.length));
      const meta = fullBox("meta", 0, infos, sizes, places);
      return concat(box("ftyp", "heic", [0, 0, 0, 0], "mif1heic"), meta, box("mdat", "pixels", exif));
    };
    return build(textOf(build(0)).indexOf("pixels"));
  };

  test("loses its Exif data, and nothing moves", async () => {
    const sent = heic(`\0\0\0\0${textOf(cameraTiff(6))}`);
    const { clean, type, picture } = await strip(sent);
    expect([type, picture, clean.length]).toEqual(["image/heic", { width: 64, height: 32 }, sent.length]);
    expect(textOf(clean)).not.toContain("PLACE");
    expect(textOf(clean)).toContain("irot");
    expect(textOf(clean).indexOf("pixels")).toBe(textOf(sent).indexOf("pixels"));
    const exif = clean.subarray(textOf(clean).indexOf("pixels") + 6);
    expect([...exif.subarray(0, 12)]).toEqual([0, 0, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
  });
});
