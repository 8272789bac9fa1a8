// A worker that makes one video smaller, so that the page stays quick. Its owner ends it. The
// browser's own codecs decode and encode; mediabunny reads and writes the containers.
import {
  BlobSource,
  BufferTarget,
  Conversion,
  getFirstEncodableVideoCodec,
  Input,
  MATROSKA,
  MP4,
  Mp4OutputFormat,
  Output,
  QTFF,
  Quality,
  WEBM,
  WebMOutputFormat,
} from "mediabunny";
import type { VideoAnswer } from "./video-encoding";
import { videoTargetOf } from "./video-target";

const say = (answer: VideoAnswer): void => globalThis.postMessage(answer);

/** Returns the smaller video; null if this browser makes none of this file. */
async function encode(file: Blob): Promise<Blob | null> {
  const input = new Input({ source: new BlobSource(file), formats: [MP4, QTFF, WEBM, MATROSKA] });
  const video = await input.getPrimaryVideoTrack();
  if (video === null) return null;
  const [width, height, durationS] = await Promise.all([
    video.getDisplayWidth(),
    video.getDisplayHeight(),
    input.computeDuration(),
  ]);
  const target = videoTargetOf({ width, height, durationS, bytes: file.size });
  if (target === null) return null;
  // H.264 plays everywhere. Not every browser may encode it.
  const codec = await getFirstEncodableVideoCodec(["avc", "vp9", "vp8"], target);
  if (codec === null) return null;
  const isMp4 = codec === "avc";
  const buffer = new BufferTarget();
  const output = new Output({
    format: isMp4 ? new Mp4OutputFormat({ fastStart: "in-memory" }) : new WebMOutputFormat(),
    target: buffer,
  });
  const { bitrate, ...size } = target;
  const conversion = await Conversion.init({
    input,
    output,
    tracks: "primary",
    // The picture is turned here: not every player reads in the file how the camera was held.
    video: { ...size, fit: "contain", codec, quality: new Quality({ bitrate }), allowTransformationMetadata: false },
    // Where and with what a video was taken stays behind.
    tags: {},
    showWarnings: false,
  });
  // A video without its sound would be another video.
  const lost = conversion.discardedTracks.filter(({ track }) => track.type === "audio" || track.type === "video");
  if (!conversion.isValid || lost.some(({ reason }) => reason !== "discarded_by_user")) return null;
  conversion.onProgress = (progress) => say({ type: "progress", progress });
  await conversion.execute();
  if (buffer.buffer === null || buffer.buffer.byteLength >= file.size) return null;
  return new Blob([buffer.buffer], { type: isMp4 ? "video/mp4" : "video/webm" });
}

globalThis.onmessage = ({ data }: MessageEvent<Blob>) => {
  encode(data).then(
    (bytes) => say({ type: "done", bytes }),
    // The browser cannot decode or encode it. The original is sent.
    (error: unknown) => say({ type: "failed", reason: String(error) }),
  );
};
