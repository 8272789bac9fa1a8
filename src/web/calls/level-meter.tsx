// The level of a microphone before the call, measured by WebAudio.
import { useEffect, useRef } from "react";
import type { MediaTrack } from "../../sdk";

export function LevelMeter({ track, label }: { track: MediaTrack; label: string }) {
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const audio = new AudioContext();
    const analyser = new AnalyserNode(audio, { fftSize: 512 });
    audio.createMediaStreamSource(new MediaStream([track as MediaStreamTrack])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const measure = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // Speech has a mean level of about 0.1.
      if (meter.current) meter.current.value = Math.min(1, Math.sqrt(power) * 5);
      frame = requestAnimationFrame(measure);
    };
    measure();
    return () => {
      cancelAnimationFrame(frame);
      audio.close().catch(console.warn);
    };
  }, [track]);
  return <meter ref={meter} className="call-meter" aria-label={label} min={0} max={1} value={0} />;
}
