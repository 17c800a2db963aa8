// Loudness of a microphone, 0 to 1, many times a second.

/** Decibels below full scale that count as silence. */
const floorDb = -60;
export const loudnessOf = (rms: number): number => (rms <= 0 ? 0 : Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / floorDb)));

/** Calls `heard` until the returned function is called. */
export function meterLevel(track: MediaStreamTrack, heard: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const wake = (): void => { void context.resume(); };
  // A context made without a touch may sleep: the next touch wakes it.
  window.addEventListener('pointerdown', wake);
  void context.resume();
  let turn = requestAnimationFrame(function measure() {
    analyser.getFloatTimeDomainData(samples);
    heard(loudnessOf(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)));
    turn = requestAnimationFrame(measure);
  });
  return () => {
    cancelAnimationFrame(turn);
    window.removeEventListener('pointerdown', wake);
    void context.close();
  };
}
