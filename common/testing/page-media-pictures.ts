// Runs inside Chromium: a camera and a screen drawn by the page itself. Every picture says when it was drawn.
import { counterBits, counterGrid } from './counter-picture.ts';
import type { PageMediaOptions, PageTruth, PictureSourceName } from './page-media.ts';

const width = 1280;
const height = 720;
const pictureMs = 1000 / 30;
/** Noise is drawn once and shifted with every picture: drawing it anew would take the whole processor. */
const noiseMargin = 128;
const counters = 2 ** (counterGrid.bits - 1);

function makeNoise(strength: number): OffscreenCanvas | null {
  if (strength <= 0) return null;
  const canvas = new OffscreenCanvas(width + noiseMargin, height + noiseMargin);
  const context = canvas.getContext('2d')!;
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let at = 0; at < picture.data.length; at += 4) {
    const level = 110 + (Math.random() - 0.5) * 2 * strength;
    picture.data.set([level, level + (Math.random() - 0.5) * strength, level, 255], at);
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** One picture, drawn thirty times a second and given to every live track of its kind. */
export class PictureSource {
  readonly #name: PictureSourceName;
  readonly #options: PageMediaOptions;
  readonly #truth: PageTruth;
  readonly #canvas = new OffscreenCanvas(width, height);
  readonly #context = this.#canvas.getContext('2d', { willReadFrequently: true })!;
  readonly #noise: OffscreenCanvas | null;
  readonly #writers = new Map<MediaStreamTrack, WritableStreamDefaultWriter<VideoFrame>>();
  #counter: number;
  #changedMs = Number.NEGATIVE_INFINITY;
  #sentMs = 0;
  #drawn = 0;

  constructor(name: PictureSourceName, options: PageMediaOptions, truth: PageTruth) {
    this.#name = name;
    this.#options = options;
    this.#truth = truth;
    this.#noise = name === 'camera' ? makeNoise(options.noise) : null;
    // A page loaded anew goes on with higher numbers than it can have shown before; a screen has the upper half of them.
    this.#counter = (Math.floor(performance.timeOrigin / pictureMs) % counters) + (name === 'screen' ? counters : 0);
    setInterval(() => this.#tick(), pictureMs);
  }

  track(): MediaStreamTrack {
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    this.#writers.set(track, track.writable.getWriter());
    const deviceId = `page-${this.#name}`;
    track.getSettings = () => ({ deviceId, groupId: 'page', width, height, frameRate: 30, aspectRatio: width / height });
    track.applyConstraints = () => Promise.resolve();
    return track;
  }

  #tick(): void {
    for (const track of this.#writers.keys()) if (track.readyState === 'ended') this.#writers.delete(track);
    if (this.#writers.size === 0) return;
    const nowMs = performance.now();
    const due = this.#options.counterEveryMs - pictureMs / 2;
    const changed = nowMs - this.#changedMs >= due;
    // A screen is sent when it changes.
    if (this.#name === 'screen' && !changed && nowMs - this.#sentMs < 1000) return;
    if (changed) {
      this.#counter += 1;
      this.#changedMs = nowMs;
    }
    this.#draw();
    const atMs = performance.now();
    if (changed) this.#truth.pictures.push({ source: this.#name, counter: this.#counter, atMs: performance.timeOrigin + atMs });
    this.#sentMs = atMs;
    this.#send(atMs);
  }

  #send(atMs: number): void {
    const frame = new VideoFrame(this.#canvas, { timestamp: Math.round(atMs * 1000) });
    // A track that was stopped in between refuses: the next picture finds it ended.
    for (const writer of this.#writers.values()) writer.write(frame.clone()).catch(() => undefined);
    frame.close();
  }

  #draw(): void {
    const context = this.#context;
    this.#drawn += 1;
    if (this.#name === 'screen') this.#drawSlide();
    else if (this.#noise) context.drawImage(this.#noise, -Math.floor(Math.random() * noiseMargin), -Math.floor(Math.random() * noiseMargin));
    else this.#fill('#5a5a5a', 0, 0, width, height);
    const top = Math.round(height * counterGrid.topShare);
    const tall = Math.round(height * counterGrid.heightShare);
    const bits = counterBits(this.#counter);
    const step = (width * counterGrid.widthShare) / bits.length;
    bits.forEach((white, index) => {
      const x = Math.round(width * counterGrid.leftShare + index * step);
      this.#fill(white ? '#ebebeb' : '#101010', x, top, Math.round(width * counterGrid.leftShare + (index + 1) * step) - x, tall);
    });
    if (this.#name === 'screen') return;
    context.fillStyle = '#ffffff';
    context.font = '90px monospace';
    context.fillText(String(this.#counter), 150, 330);
    this.#fill('#c8c8c8', (this.#drawn * 8) % width, 612, 32, 72);
    // The flash of the beep, for people who look and listen; the truth is in the log.
    if (this.#truth.sounding(performance.now())) this.#fill('#ffffff', 700, 420, 500, 160);
  }

  #drawSlide(): void {
    const slide = Math.floor(performance.now() / this.#options.slideEveryMs);
    this.#fill('#fdfdf8', 0, 0, width, height);
    this.#context.fillStyle = '#1c2b4a';
    this.#context.font = '44px sans-serif';
    this.#context.fillText(`Slide ${slide + 1}: checks before welding`, 80, 190);
    this.#context.font = '26px sans-serif';
    for (let line = 0; line < 10; line++) this.#context.fillText(`${line + 1}. Point ${(slide * 37 + line * 11) % 97}: the cable, the clamp and the ground`, 80, 250 + line * 44);
  }

  #fill(colour: string, x: number, y: number, wide: number, tall: number): void {
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, wide, tall);
  }
}
