// Words for media that every part uses.

export const sources = ['camera', 'microphone', 'screen', 'screenAudio', 'documentCamera'] as const;
export type Source = (typeof sources)[number];

export const kindOfSource = (source: Source): 'audio' | 'video' =>
  source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';

/** Simulcast layers of a camera, lowest first; the top layer is what the recorder keeps (R124: at least 720 lines). */
export const cameraLayers = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
] as const;
