// The lamp of a phone's camera, where the browser can switch it.

/** Not yet in the browser's types. */
type LampCapabilities = MediaTrackCapabilities & { torch?: boolean };

/** Whether the camera's lamp can be switched here. */
export function hasLamp(track: MediaStreamTrack | null): boolean {
  const capabilities: LampCapabilities = track?.getCapabilities?.() ?? {};
  return capabilities.torch === true;
}

/** True where it is as wished now. */
export async function switchLamp(track: MediaStreamTrack, on: boolean): Promise<boolean> {
  const wish: MediaTrackConstraintSet & { torch: boolean } = { torch: on };
  return track.applyConstraints({ advanced: [wish] }).then(() => true, () => false);
}
