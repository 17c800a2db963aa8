// What a signal says, in words: which text, and what is filled in. Figures come from the server; a name it does not give is somebody else's.
import type { SignalView } from '#contracts/review.ts';

/** Names of programs are the same in every language. */
const programs: Record<string, string> = {
  obs: 'OBS', manycam: 'ManyCam', snap: 'Snap Camera', xsplit: 'XSplit', v4l2loopback: 'v4l2loopback', splitcam: 'SplitCam', streamlabs: 'Streamlabs', webcamoid: 'Webcamoid', camtwist: 'CamTwist',
  unity: 'Unity Video Capture', vmix: 'vMix', wirecast: 'Wirecast', ndi: 'NDI', vcam: 'VCam', youcam: 'YouCam', chromacam: 'ChromaCam', mmhmm: 'mmhmm', nvidia_broadcast: 'NVIDIA Broadcast',
  logitech_capture: 'Logitech Capture', droidcam: 'DroidCam', ivcam: 'iVCam', iriun: 'Iriun', epoccam: 'EpocCam', camo: 'Camo', test_browser: 'Chromium test camera',
};
export const programName = (code: string): string => programs[code] ?? code;

export type Told = 'virtual_camera' | 'repeatedOwn' | 'repeatedOther' | 'identicalOther' | 'frozen' | 'sameFaceCheck' | 'sameFaceEnrol' | 'sharedAtOnce' | 'shared' | 'nonce_mismatch' | 'low_liveness';
export interface SignalWords { key: Told; values: Record<string, string | number> }

const number = (value: unknown): number => (typeof value === 'number' ? Math.round(value * 100) / 100 : 0);

/** `others`: the names, joined; `at`: when the earlier picture was taken, as it is read. */
export function signalWords({ kind, facts }: Pick<SignalView, 'kind' | 'facts'>, { others, at }: { others: string; at: string }): SignalWords {
  switch (kind) {
    case 'virtual_camera': return { key: 'virtual_camera', values: { camera: programName(String(facts['camera'] ?? '')) } };
    case 'frozen_picture': return { key: 'frozen', values: {} };
    case 'repeated_picture':
      if (facts['whose'] === 'own') return { key: 'repeatedOwn', values: { at, apart: number(facts['apart']) } };
      return { key: facts['identical'] === true ? 'identicalOther' : 'repeatedOther', values: { others, apart: number(facts['apart']) } };
    case 'same_face': return facts['at'] === 'check' ? { key: 'sameFaceCheck', values: { others, distance: number(facts['distance']) } } : { key: 'sameFaceEnrol', values: { others } };
    case 'shared_device': return { key: facts['atOnce'] === true ? 'sharedAtOnce' : 'shared', values: { people: number(facts['people']), others } };
    case 'low_liveness': return { key: 'low_liveness', values: { live: number(facts['live']), print: number(facts['print']), replay: number(facts['replay']) } };
    default: return { key: 'nonce_mismatch', values: {} };
  }
}

/** How a weight of 0..1 is called. */
export const weightWord = (weight: number): 'strong' | 'middle' | 'weak' => (weight >= 0.7 ? 'strong' : weight >= 0.4 ? 'middle' : 'weak');
