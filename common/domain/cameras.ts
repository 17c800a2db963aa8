// Which camera a browser says it has: programs that pretend to be one, by the label they give themselves (R158).

export interface KnownCamera {
  /** Code of the program. */
  camera: string;
  /** 0..1: what its name alone is worth as a sign that the picture is not a camera's. */
  strength: number;
}

/** Kept of the label beside the code: nothing. A label may carry its owner's name (a phone's does). */
export const cameraLabelMost = 120;

/** Programs that show any picture or film as a camera. To name one is as good as to admit it; many only blur the room with it. */
const anyPicture = 0.8;
/** Made for effects on one's own picture; films are possible. */
const effects = 0.4;
/** A phone used as a camera: a real camera, with a program in between. */
const phone = 0.1;

const known: readonly (KnownCamera & { label: RegExp })[] = [
  // Chromium's own test cameras: numbered, or named after the file they play.
  { label: /^fake_device_\d+|\.(y4m|mjpe?g)$/i, camera: 'test_browser', strength: 1 },
  { label: /\bobs\b|obs[ -]?virtual/i, camera: 'obs', strength: anyPicture },
  { label: /manycam/i, camera: 'manycam', strength: anyPicture },
  { label: /snap camera/i, camera: 'snap', strength: anyPicture },
  { label: /xsplit/i, camera: 'xsplit', strength: anyPicture },
  { label: /v4l2loopback|dummy video device/i, camera: 'v4l2loopback', strength: anyPicture },
  { label: /splitcam/i, camera: 'splitcam', strength: anyPicture },
  { label: /streamlabs/i, camera: 'streamlabs', strength: anyPicture },
  { label: /webcamoid|akvirtualcamera/i, camera: 'webcamoid', strength: anyPicture },
  { label: /camtwist/i, camera: 'camtwist', strength: anyPicture },
  { label: /unity video capture/i, camera: 'unity', strength: anyPicture },
  { label: /\bvmix\b/i, camera: 'vmix', strength: anyPicture },
  { label: /wirecast/i, camera: 'wirecast', strength: anyPicture },
  { label: /\bndi\b/i, camera: 'ndi', strength: anyPicture },
  { label: /e2esoft|\bvcam\b/i, camera: 'vcam', strength: anyPicture },
  { label: /screen[- ]capture/i, camera: 'screen_capture', strength: anyPicture },
  { label: /facerig|animaze|vtube|deepfacelive|\bswapface\b/i, camera: 'avatar', strength: 0.9 },
  { label: /youcam/i, camera: 'youcam', strength: effects },
  { label: /chromacam/i, camera: 'chromacam', strength: effects },
  { label: /mmhmm/i, camera: 'mmhmm', strength: effects },
  { label: /nvidia broadcast/i, camera: 'nvidia_broadcast', strength: effects },
  { label: /logi(tech)? capture/i, camera: 'logitech_capture', strength: effects },
  { label: /droidcam/i, camera: 'droidcam', strength: phone },
  { label: /\be2?ivcam\b|\bivcam\b/i, camera: 'ivcam', strength: phone },
  { label: /iriun/i, camera: 'iriun', strength: phone },
  { label: /epoccam/i, camera: 'epoccam', strength: phone },
  { label: /\bcamo\b/i, camera: 'camo', strength: phone },
  { label: /virtual|虚拟/i, camera: 'other_virtual', strength: 0.7 },
];

/** Null for every other label: that says nothing, for a label is the client's word. A label that names such a program is believed, for nobody gains by it. */
export function knownCamera(label: string): KnownCamera | null {
  const found = known.find((one) => one.label.test(label.slice(0, cameraLabelMost)));
  return found ? { camera: found.camera, strength: found.strength } : null;
}
