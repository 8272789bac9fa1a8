// The boxes of the ISO base media format (ISO/IEC 14496-12): MP4, MOV, HEIC and AVIF. A box has a
// length, a name of four characters, and data that may be boxes again.
import { latinOf, MalformedFile, type WindowReader } from "./byte-source";

export interface IsoBox {
  name: string;
  /** Where the box begins, where its data begin, and where it ends. */
  at: number;
  data: number;
  end: number;
}

/** The most boxes of one file that are read, so that a hostile file costs little. */
const BOXES_MAX = 20_000;

/** Counts the boxes that are read of one file. */
export class BoxReader {
  #count = 0;

  constructor(readonly reader: WindowReader) {}

  /**
   * Returns the boxes between two places. What follows the last box that fits is `trailer`: the
   * place where it begins; null if there is nothing.
   */
  async list(from: number, to: number): Promise<{ boxes: IsoBox[]; trailer: number | null }> {
    const boxes: IsoBox[] = [];
    let at = from;
    while (at + 8 <= to) {
      if (++this.#count > BOXES_MAX) throw new MalformedFile("too many boxes");
      const box = await this.#read(at, to);
      if (box === null) return { boxes, trailer: at };
      boxes.push(box);
      at = box.end;
    }
    return { boxes, trailer: at < to ? at : null };
  }

  /** Returns the first box with a name below a path of names; null if there is none. */
  async find(from: number, to: number, ...path: string[]): Promise<IsoBox | null> {
    const [name, ...rest] = path;
    const found = (await this.list(from, to)).boxes.find((box) => box.name === name);
    if (!found) return null;
    return rest.length === 0 ? found : await this.find(found.data + versionBytes(found.name), found.end, ...rest);
  }

  async #read(at: number, to: number): Promise<IsoBox | null> {
    const view = await this.reader.view(at, 8);
    const size = view.getUint32(0);
    const name = latinOf(new Uint8Array(view.buffer, view.byteOffset + 4, 4));
    if (size === 0) return { name, at, data: at + 8, end: to };
    if (size !== 1) return size >= 8 && at + size <= to ? { name, at, data: at + 8, end: at + size } : null;
    if (at + 16 > to) return null;
    const large = Number((await this.reader.view(at + 8, 8)).getBigUint64(0));
    return large >= 16 && at + large <= to ? { name, at, data: at + 16, end: at + large } : null;
  }
}

/** The boxes that have a version and flags before the boxes inside them. */
const versionBytes = (name: string): number => (name === "meta" ? 4 : 0);
