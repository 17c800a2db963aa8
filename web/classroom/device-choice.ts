// Which devices this person uses, remembered on this device.

export interface DeviceChoice { cameraId: string | null; microphoneId: string | null; cameraOn: boolean; microphoneOn: boolean }

const storageKey = 'keshi.devices';
const first: DeviceChoice = { cameraId: null, microphoneId: null, cameraOn: true, microphoneOn: true };
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export function deviceChoice(): DeviceChoice {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Record<keyof DeviceChoice, unknown>>;
    return { cameraId: text(kept.cameraId), microphoneId: text(kept.microphoneId), cameraOn: kept.cameraOn !== false, microphoneOn: kept.microphoneOn !== false };
  } catch {
    return first;
  }
}

export function rememberDevices(change: Partial<DeviceChoice>): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...deviceChoice(), ...change }));
  } catch { /* Storage may be forbidden: the choice then lasts as long as the page. */ }
}
