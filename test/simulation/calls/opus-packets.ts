// Recorded Opus for peers without a microphone: a tone that ffmpeg encodes, as packets of 20 ms.
import { execFileSync } from "node:child_process";

const SEGMENTS_AT = 26;
/** The packets of an Ogg stream that are not sound: its head and its tags. */
const HEADERS = 2;

/** Returns the packets of a tone of one second. Needs ffmpeg. */
export function tonePackets(): Buffer[] {
  const input = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];
  const output = ["-c:a", "libopus", "-b:a", "32k", "-frame_duration", "20", "-f", "ogg", "pipe:1"];
  const ogg = execFileSync("ffmpeg", ["-loglevel", "error", ...input, ...output], { maxBuffer: 1 << 24 });
  return packetsOf(ogg).slice(HEADERS);
}

/** Returns the packets of an Ogg stream. A segment of 255 bytes continues in the next one. */
function packetsOf(ogg: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let page = 0; page + SEGMENTS_AT < ogg.length; ) {
    const count = ogg[page + SEGMENTS_AT] ?? 0;
    let at = page + SEGMENTS_AT + 1 + count;
    for (let segment = 0; segment < count; segment++) {
      const length = ogg[page + SEGMENTS_AT + 1 + segment] ?? 0;
      parts.push(ogg.subarray(at, at + length));
      at += length;
      if (length === 255) continue;
      packets.push(Buffer.concat(parts));
      parts = [];
    }
    page = at;
  }
  return packets;
}
