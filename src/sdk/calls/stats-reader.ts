// What the statistics of one connection say of the last interval.
import type { SendReading } from "./bandwidth";
import type { RtcStats } from "./rtc";

/** Counters that only rise. The difference of two readings is what happened between them. */
interface StatsTotals {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly framesDecoded: number;
}

export interface PairReading extends SendReading {
  /** The share of packets that were lost on the way to this device, from 0 to 1. */
  readonly lossIn: number;
  /** Whether a relay (TURN) carries the media; null while nothing is selected. */
  readonly isRelayed: boolean | null;
  /** The level of the other side's voice and of this device's microphone, from 0 to 1. */
  readonly level: number;
  readonly ownLevel: number;
  readonly totals: StatsTotals;
}

type Stats = Readonly<Record<string, unknown>>;

const numberOf = (stats: Stats, name: string): number => {
  const value = stats[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
};

const knownNumber = (stats: Stats | undefined, name: string): number | null =>
  typeof stats?.[name] === "number" ? (stats[name] as number) : null;

export function readStats(report: RtcStats, before: PairReading | null): PairReading {
  const byId = new Map<unknown, Stats>();
  report.forEach((stats) => {
    byId.set(stats.id, stats);
  });
  const all = [...byId.values()];
  const ofType = (type: string) => all.filter((stats) => stats.type === type);
  const inbound = ofType("inbound-rtp");
  const sum = (list: readonly Stats[], name: string) => list.reduce((total, one) => total + numberOf(one, name), 0);
  const totals: StatsTotals = {
    packetsReceived: sum(inbound, "packetsReceived"),
    packetsLost: sum(inbound, "packetsLost"),
    bytesReceived: sum(inbound, "bytesReceived"),
    bytesSent: sum(ofType("outbound-rtp"), "bytesSent"),
    framesDecoded: sum(inbound, "framesDecoded"),
  };
  const selected = selectedPair(byId, all);
  const remote = ofType("remote-inbound-rtp");
  const losses = remote.map((one) => numberOf(one, "fractionLost"));
  const seconds = knownNumber(selected, "currentRoundTripTime");
  const local = byId.get(selected?.localCandidateId);
  return {
    loss: Math.max(0, ...losses),
    lossIn: lossBetween(before?.totals ?? null, totals),
    availableBps: knownNumber(selected, "availableOutgoingBitrate"),
    roundTripMs: seconds === null ? null : seconds * 1_000,
    isRelayed: local ? local.candidateType === "relay" : null,
    level: Math.max(0, ...inbound.filter(isSound).map((one) => numberOf(one, "audioLevel"))),
    ownLevel: Math.max(
      0,
      ...ofType("media-source")
        .filter(isSound)
        .map((one) => numberOf(one, "audioLevel")),
    ),
    totals,
  };
}

const isSound = (stats: Stats): boolean => stats.kind === "audio";

/** The pair of candidates that carries the media. Firefox marks it as selected. */
function selectedPair(byId: ReadonlyMap<unknown, Stats>, all: readonly Stats[]): Stats | undefined {
  const transport = all.find((stats) => stats.type === "transport" && stats.selectedCandidatePairId !== undefined);
  const pairs = all.filter((stats) => stats.type === "candidate-pair");
  return (
    byId.get(transport?.selectedCandidatePairId) ??
    pairs.find((stats) => stats.selected === true) ??
    pairs.find((stats) => stats.nominated === true && stats.state === "succeeded")
  );
}

function lossBetween(before: StatsTotals | null, now: StatsTotals): number {
  if (before === null) return 0;
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const received = Math.max(0, now.packetsReceived - before.packetsReceived);
  return lost + received === 0 ? 0 : lost / (lost + received);
}
