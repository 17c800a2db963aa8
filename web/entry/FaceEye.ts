// Looks at the camera's picture with the server's own face detector: loaded when it is wanted, and gone with the page. What it says is only a hint.
import type * as Ort from 'onnxruntime-web';
import { boxHeight, faceSquare, greyOf, lightOf, type Box } from '#domain/face-box.ts';
import { detectorFile, detectorInput, detectorScale, foundFaces } from '#domain/face-detector.ts';
import type { Sight } from '#domain/face-guidance.ts';
import { restUrl } from '../rest.ts';

function paper(size: { width: number; height: number }): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) throw new Error('no canvas to draw on');
  context.imageSmoothingQuality = 'medium';
  return context;
}

async function detectorBytes(): Promise<Uint8Array> {
  const response = await fetch(restUrl('GET /api/face-detector/:sha256', { params: { sha256: detectorFile.sha256 } }), { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`no detector: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The detector's input: one plane each of red, green and blue. */
function planesOf({ data }: ImageData): Float32Array {
  const { shift, scale } = detectorInput;
  const count = data.length / 4;
  const planes = new Float32Array(3 * count);
  for (let index = 0; index < count; index++) {
    for (let channel = 0; channel < 3; channel++) planes[channel * count + index] = (data[4 * index + channel]! - shift) / scale;
  }
  return planes;
}

function greysOf({ data }: ImageData): Float32Array {
  return Float32Array.from({ length: data.length / 4 }, (_, index) => greyOf(data[4 * index]!, data[4 * index + 1]!, data[4 * index + 2]!));
}

/** Mean brightness of the drawn part outside of the box, which is in the same pixels. */
function lightAround(greys: Float32Array, drawn: { width: number; height: number }, box: Box | null): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < Math.floor(drawn.height); row++) {
    for (let column = 0; column < Math.floor(drawn.width); column++) {
      if (box && column >= box[0] && column < box[2] && row >= box[1] && row < box[3]) continue;
      sum += greys[row * detectorInput.width + column]!;
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}

export class FaceEye {
  readonly #ort: typeof Ort;
  readonly #session: Ort.InferenceSession;
  readonly #input = paper(detectorInput);
  readonly #square = paper({ width: faceSquare, height: faceSquare });

  private constructor(ort: typeof Ort, session: Ort.InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  /** Rejects where this browser cannot (no WebAssembly, no SIMD), or the server has no detector. */
  static async create(): Promise<FaceEye> {
    const [ort, bytes] = await Promise.all([import('onnxruntime-web/wasm'), detectorBytes()]);
    // One thread needs neither workers nor shared memory, which our pages do not have.
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    return new FaceEye(ort, await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] }));
  }

  /** What the camera shows now; null while it shows nothing. */
  async look(video: HTMLVideoElement): Promise<Sight | null> {
    const frame = { width: video.videoWidth, height: video.videoHeight };
    if (frame.width === 0 || frame.height === 0) return null;
    const scale = detectorScale(frame);
    const drawn = { width: frame.width * scale, height: frame.height * scale };
    this.#input.fillRect(0, 0, detectorInput.width, detectorInput.height);
    this.#input.drawImage(video, 0, 0, drawn.width, drawn.height);
    const image = this.#input.getImageData(0, 0, detectorInput.width, detectorInput.height);
    const tensor = new this.#ort.Tensor('float32', planesOf(image), [1, 3, detectorInput.height, detectorInput.width]);
    const results = await this.#session.run({ [this.#session.inputNames[0]!]: tensor });
    const numbers = (name: string): Float32Array => (results[name] as Ort.TypedTensor<'float32'>).data;
    const faces = foundFaces(numbers('scores'), numbers('boxes'), scale);
    const main = faces[0]?.box ?? null;
    const shown = main && ([main[0] * scale, main[1] * scale, main[2] * scale, main[3] * scale] as const);
    return { frame, faces, face: main && this.#lightOf(video, main), around: lightAround(greysOf(image), drawn, shown) };
  }

  /** Of the square as high as the face, as the server looks at it; not put upright. */
  #lightOf(video: HTMLVideoElement, box: Box): { luma: number; sharpness: number } {
    const side = boxHeight(box);
    this.#square.fillRect(0, 0, faceSquare, faceSquare);
    this.#square.drawImage(video, (box[0] + box[2] - side) / 2, box[1], side, side, 0, 0, faceSquare, faceSquare);
    return lightOf(greysOf(this.#square.getImageData(0, 0, faceSquare, faceSquare)));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
