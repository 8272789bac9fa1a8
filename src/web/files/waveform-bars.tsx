/** The lowest bar is a dot. */
const LOWEST = 6;

interface WaveformProps {
  /** 0 to 255 each. */
  values: readonly number[];
  /** How much of it has been played: 0 to 1. */
  played: number;
}

export function Waveform({ values, played }: WaveformProps) {
  const width = values.length * 3;
  return (
    <svg className="waveform" viewBox={`0 0 ${Math.max(1, width)} 100`} preserveAspectRatio="none" aria-hidden>
      {values.map((value, at) => {
        const height = Math.max(LOWEST, (value / 255) * 100);
        return (
          <rect
            // The values of a waveform never change their order.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            key={at}
            x={at * 3 + 0.5}
            y={50 - height / 2}
            width={2}
            height={height}
            data-played={(at + 0.5) / values.length <= played || undefined}
          />
        );
      })}
    </svg>
  );
}
