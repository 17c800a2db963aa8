// Which layers are sent and which are received: no more lines than are shown, no layer the camera is too small for.
import { cameraLayers } from '#domain/media.ts';

/** Lines of the layers of a 720-line camera, lowest first. */
const lines = cameraLayers.map((layer) => 720 / layer.scaleResolutionDownBy);
/** A layer may be stretched this much before the next one is taken. */
const stretch = 1.15;

/** The lowest layer that looks sharp at `cssHeight` on a screen with `pixelRatio`. */
export function layerFor(cssHeight: number, pixelRatio: number): 0 | 1 | 2 {
  // More than two screen pixels per CSS pixel are not seen at the distance of a phone.
  const wanted = cssHeight * Math.min(Math.max(pixelRatio, 1), 2);
  const found = lines.findIndex((height) => height * stretch >= wanted);
  return found === 0 || found === 1 ? found : 2;
}

export interface CameraEncoding { rid?: string; scaleResolutionDownBy?: number; maxBitrate: number; maxFramerate?: number }

/**
 * The simulcast of a camera of this size, lowest first. Browsers silently drop the top layers of small pictures,
 * so a small camera gets fewer layers instead: its own size stays the top one.
 */
export function cameraEncodings(width: number, height: number): CameraEncoding[] {
  const longSide = Math.max(width, height);
  const count = longSide >= 960 ? 3 : longSide >= 480 ? 2 : 1;
  const top = cameraLayers[2];
  if (count === 1) return [{ scaleResolutionDownBy: top.scaleResolutionDownBy, maxBitrate: top.maxBitrate }];
  return cameraLayers.slice(cameraLayers.length - count).map(({ rid, scaleResolutionDownBy, maxBitrate }) => ({ rid, scaleResolutionDownBy, maxBitrate }));
}

/** A screen is one sharp layer: text matters more than motion. */
export const screenEncodings: CameraEncoding[] = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];
