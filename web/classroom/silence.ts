// Whether the server can still be heard: told within three seconds of silence, and not falsely where a phone is slow or one packet is late (docs/decisions/043).

/** How often the page looks, ms. */
export const lookEveryMs = 500;
/** The server gives a sign of life every two seconds; nobody hears nothing for so long but by a cut, or by a line that stands still. */
export const quietAfterMs = 3_000;
/** From here on it is asked whether sound and picture still arrive: as long as they do, the network is there and only the line is late. */
export const mediaAskedAfterMs = 2_000;
const mediaQuietAfterMs = 1_000;
/** After this it is silent whatever arrives: the server's lease is nearly over. */
export const silentAfterMs = 8_000;

export interface Silence {
  atMs: number; heardAtMs: number;
  /** For how long nothing was heard while the page was awake: a page that stood still has not heard what waits for it yet. */
  quietMs: number;
  /** Bytes of sound and picture up to now, null where nobody asked or none flow, and for how long they have not become more. */
  mediaBytes: number | null; mediaQuietMs: number;
}
export interface Heard { nowMs: number; heardAtMs: number; mediaBytes: number | null }

export const firstSilence = (nowMs: number): Silence => ({ atMs: nowMs, heardAtMs: nowMs, quietMs: 0, mediaBytes: null, mediaQuietMs: 0 });

/** One look. A gap longer than all of this is no slow page but a device that slept: it counts whole. */
export function listened(before: Silence, { nowMs, heardAtMs, mediaBytes }: Heard): Silence {
  const gapMs = Math.max(0, nowMs - before.atMs);
  const awakeMs = gapMs > silentAfterMs ? gapMs : Math.min(gapMs, 2 * lookEveryMs);
  if (heardAtMs > before.heardAtMs) return { atMs: nowMs, heardAtMs, quietMs: Math.min(awakeMs, Math.max(0, nowMs - heardAtMs)), mediaBytes: null, mediaQuietMs: 0 };
  const known = before.mediaBytes !== null && mediaBytes !== null;
  return {
    atMs: nowMs, heardAtMs: before.heardAtMs, quietMs: before.quietMs + awakeMs, mediaBytes,
    mediaQuietMs: !known ? 0 : mediaBytes > before.mediaBytes! ? 0 : before.mediaQuietMs + awakeMs,
  };
}

export function isSilent({ quietMs, mediaBytes, mediaQuietMs }: Silence): boolean {
  if (quietMs >= silentAfterMs) return true;
  return quietMs >= quietAfterMs && (mediaBytes === null || mediaQuietMs >= mediaQuietAfterMs);
}
