// What the server is told of the camera a still was taken with, as JSON: its name, which device it is, how large its picture is.
import type { CameraTold } from '#contracts/check.ts';
import { cameraLabelMost } from '#domain/cameras.ts';

/** Digits of the device's digest. */
const deviceDigits = 16;

async function digestOf(text: string | undefined): Promise<string | null> {
  if (!text || !globalThis.crypto?.subtle) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, deviceDigits);
}

const side = (length: number | undefined): number => Math.max(0, Math.min(16_384, Math.round(length ?? 0)));

/** Never throws: a browser that says nothing of its camera is not kept from its check. */
export async function cameraTold(track: MediaStreamTrack): Promise<string> {
  const { deviceId, width, height, facingMode } = track.getSettings();
  const facing = facingMode === 'user' || facingMode === 'environment' ? facingMode : null;
  const told: CameraTold = { label: track.label.slice(0, cameraLabelMost), device: await digestOf(deviceId).catch(() => null), width: side(width), height: side(height), facing };
  return JSON.stringify(told);
}
