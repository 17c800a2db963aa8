// Runs inside Chromium: a microphone made by the page's own AudioContext, which beeps at every full second of that context to the sample.
import { beep } from './beep.ts';
import type { PageMediaOptions, PageTruth } from './page-media.ts';

/** Beeps are scheduled so far ahead that a busy page misses none. */
const aheadS = 8;

function beepBuffer(context: AudioContext, hertz: number): AudioBuffer {
  const buffer = context.createBuffer(1, (beep.rate * beep.lengthMs) / 1000, beep.rate);
  const samples = buffer.getChannelData(0);
  samples.forEach((_, index) => { samples[index] = beep.level * Math.sin((2 * Math.PI * hertz * index) / beep.rate); });
  return buffer;
}

/** Ten seconds of noise in syllables, as loud as `peak`: enough of a voice for level meters and codecs. */
function voiceBuffer(context: AudioContext, peak: number): AudioBuffer {
  const buffer = context.createBuffer(1, beep.rate * 10, beep.rate);
  const samples = buffer.getChannelData(0);
  let low = 0;
  samples.forEach((_, index) => {
    low = low * 0.9 + (Math.random() - 0.5) * 0.6;
    samples[index] = peak * low * (0.2 + 0.8 * Math.sin((Math.PI * 4 * index) / beep.rate) ** 2);
  });
  return buffer;
}

export class SoundSource {
  readonly #context = new AudioContext({ sampleRate: beep.rate });
  readonly #bus = new GainNode(this.#context);
  readonly #options: PageMediaOptions;
  readonly #truth: PageTruth;
  readonly #tone: AudioBuffer;
  #nextS = 1;

  constructor(options: PageMediaOptions, truth: PageTruth) {
    this.#options = options;
    this.#truth = truth;
    this.#tone = beepBuffer(this.#context, options.hertz);
    if (options.voice > 0) this.#play(voiceBuffer(this.#context, options.voice), 0, true);
    setInterval(() => this.#schedule(), 500);
    setInterval(() => this.#readClock(), 50);
    this.#truth.sounding = () => this.#context.currentTime % 1 < beep.lengthMs / 1000 && this.#context.currentTime >= 1;
  }

  track(): MediaStreamTrack {
    const exit = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
    this.#bus.connect(exit);
    const [track] = exit.stream.getAudioTracks();
    if (!track) throw new Error('the audio context gives no track');
    const stop = track.stop.bind(track);
    track.stop = () => {
      stop();
      this.#bus.disconnect(exit);
    };
    track.getSettings = () => ({ deviceId: 'page-microphone', groupId: 'page', sampleRate: beep.rate, channelCount: 1 });
    track.applyConstraints = () => Promise.resolve();
    this.#schedule();
    return track;
  }

  #schedule(): void {
    // After a long standstill what is past stays silent, as it stays unlogged.
    this.#nextS = Math.max(this.#nextS, Math.ceil(this.#context.currentTime + 0.1));
    for (; this.#nextS < this.#context.currentTime + aheadS; this.#nextS++) {
      this.#play(this.#tone, this.#nextS, false);
      this.#truth.beeps.push({ contextMs: this.#nextS * 1000, hertz: this.#options.hertz });
    }
  }

  #play(buffer: AudioBuffer, atS: number, loop: boolean): void {
    const source = new AudioBufferSourceNode(this.#context, { buffer, loop });
    source.connect(this.#bus);
    source.start(atS);
  }

  #readClock(): void {
    this.#truth.clock.push([performance.timeOrigin + performance.now(), this.#context.currentTime * 1000]);
  }
}
