// Sockets that stop reading while their channel goes on. Each is closed as designed (4001), uses a
// bounded amount of memory, leaves the others unaffected, and is complete after it resumes. Two
// servers, one with such sockets and one without, get the same messages in turn, so that other load
// of the machine affects both. The runtime must report queued bytes (`bufferedAmount`): workerd
// 1.20261117 does, 1.20261102 does not; MINIFLARE_WORKERD_PATH selects another workerd than
// wrangler's.
import { closeCodes } from "../../../src/protocol/close-codes.ts";
import type { Report } from "../kit/report.ts";
import { rounded } from "../kit/statistics.ts";
import type { Bundle } from "../kit/worker-bundle.ts";
import { FullChannel, type Size } from "./full-channel.ts";

const MIB = 1024 * 1024;

/**
 * 10 MiB for every socket: about 4 fit into the kernel's buffers, at most 4 may be queued, and the
 * rest finds the socket closed.
 */
const full: Size = { people: 50, socketsEach: 20, stalled: 50, messages: 320, messageBytes: 32 * 1024 };
/** Few sockets, of which enough stall that unbounded queues would miss the bound. */
const small: Size = { ...full, people: 20, socketsEach: 10, stalled: 25, messages: 640, messageBytes: 16 * 1024 };

export async function slowReaders(bundle: Bundle, quick: boolean): Promise<Report> {
  const size = quick ? small : full;
  const control = await FullChannel.open(bundle, size, false);
  const stalling = await FullChannel.open(bundle, size, true);
  try {
    const text = "x".repeat(size.messageBytes);
    for (let at = 0; at < size.messages; at++) {
      // The two alternate in going first.
      for (const channel of at % 2 === 0 ? [control, stalling] : [stalling, control]) await channel.broadcast(text);
    }
    return await report(control, stalling, size);
  } finally {
    await control.close();
    await stalling.close();
  }
}

async function report(control: FullChannel, stalling: FullChannel, size: Size): Promise<Report> {
  const [without, stalled] = [control.measure(), stalling.measure()];
  const stalledResults = await stalling.stalledResults();
  const { people, socketsEach, messages, messageBytes } = size;
  const byCode = Map.groupBy(stalledResults, ({ closeCode }) => String(closeCode));
  return {
    setting: {
      sockets: people * socketsEach,
      stalled: size.stalled,
      MiBPerSocket: rounded(without.bytesPerReader / MIB),
      MiBInAll: rounded((people * socketsEach * messages * messageBytes) / MIB),
    },
    bars: {
      notClosedAsTooSlow: {
        value: stalledResults.filter((result) => result.closeCode !== closeCodes.tooSlow).length,
        atMost: 0,
      },
      notWholeAfterResume: { value: stalledResults.filter((result) => !result.isWhole).length, atMost: 0 },
      othersHurt: { value: without.hurt + stalled.hurt, atMost: 0 },
      growthOverControlMb: { value: rounded(stalled.growthMb - without.growthMb), atMost: 150 },
      p99Ratio: { value: rounded(stalled.p99Ms / without.p99Ms), atMost: 1.5 },
    },
    seen: {
      closeCodes: Object.fromEntries([...byCode].map(([code, sockets]) => [code, sockets.length])),
      growthMb: { control: rounded(without.growthMb), stalling: rounded(stalled.growthMb) },
      p50Ms: { control: rounded(without.p50Ms), stalling: rounded(stalled.p50Ms) },
      p99Ms: { control: rounded(without.p99Ms), stalling: rounded(stalled.p99Ms) },
    },
  };
}
