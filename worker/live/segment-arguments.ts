// What ffmpeg is asked for to make one segment: pictures at 480p encoded, sound taken as it is, both on the broadcast's one clock, as MPEG-TS.
import { joinedSpans, type SpanPictures } from '../compose/picture-arguments.ts';

/** 16:9 within even numbers. */
export const streamSize = { width: 854, height: 480 };
const crf = 25;
const kbps = 650;

export interface SegmentSound { path: string; /** Of its first frame, against the first picture's time. */ shiftSeconds: number }

/**
 * Main profile without B-frames plays on every phone that plays video at all; one key frame at the start, so that segments stand alone. TS rather than
 * fMP4: no head to fetch, and nothing that a composer begun anew could contradict (docs/decisions/023).
 */
export function segmentArguments(spans: readonly SpanPictures[], sound: SegmentSound, startSeconds: number, output: string): string[] {
  const { inputs, chains, frames } = joinedSpans(spans, streamSize);
  // The spans end by themselves: a limit of frames would end the sound with the last picture that is encoded, though not all of it is written.
  return [
    ...inputs, '-itsoffset', sound.shiftSeconds.toFixed(6), '-i', sound.path, '-filter_complex', chains.join(';'),
    '-map', '[joined]', '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-level', '3.1', '-bf', '0', '-crf', String(crf),
    '-maxrate', `${kbps}k`, '-bufsize', `${2 * kbps}k`, '-g', String(frames), '-keyint_min', String(frames), '-sc_threshold', '0', '-threads', '1',
    '-color_range', 'tv', '-colorspace', 'smpte170m', '-color_primaries', 'smpte170m', '-color_trc', 'smpte170m',
    '-map', `${inputs.filter((arg) => arg === '-i').length}:a`, '-c:a', 'copy',
    '-avoid_negative_ts', 'disabled', '-output_ts_offset', startSeconds.toFixed(6), '-muxdelay', '0', '-muxpreload', '0',
    '-mpegts_flags', '+resend_headers+initial_discontinuity', '-f', 'mpegts', output,
  ];
}
