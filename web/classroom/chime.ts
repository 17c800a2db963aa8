// Two soft tones: the speaker test, and the call to a face check for whoever looks elsewhere.

const tones = [{ hertz: 659, atSeconds: 0 }, { hertz: 523, atSeconds: 0.35 }] as const;
const lengthSeconds = 0.9;

/** Plays the chime; silent where the browser allows no sound yet. */
export async function playChime(): Promise<void> {
  const context = new AudioContext();
  try {
    await Promise.race([context.resume(), new Promise((done) => { setTimeout(done, 500); })]);
    if (context.state !== 'running') return;
    const startAt = context.currentTime + 0.05;
    for (const { hertz, atSeconds } of tones) {
      const tone = new OscillatorNode(context, { frequency: hertz, type: 'sine' });
      const loudness = new GainNode(context, { gain: 0 });
      loudness.gain.setValueAtTime(0, startAt + atSeconds);
      loudness.gain.linearRampToValueAtTime(0.3, startAt + atSeconds + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, startAt + atSeconds + 0.5);
      tone.connect(loudness).connect(context.destination);
      tone.start(startAt + atSeconds);
      tone.stop(startAt + atSeconds + 0.5);
    }
    await new Promise((done) => { setTimeout(done, (lengthSeconds + 0.1) * 1000); });
  } finally {
    await context.close();
  }
}
