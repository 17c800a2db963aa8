// How each source is encoded.
import type { types as client } from 'mediasoup-client';
import type { Source } from '#domain/media.ts';
import { cameraEncodings, screenEncodings } from './layer-choice.ts';

/** Kilobits per second a camera starts with: the first picture must not be a smear. */
const startBitrate = 1000;

export function produceOptions(source: Source, track: MediaStreamTrack): Pick<client.ProducerOptions, 'encodings' | 'codecOptions'> {
  switch (source) {
    case 'microphone': return { codecOptions: { opusDtx: true, opusFec: true } };
    // Music and films stop sounding right when silence is cut out.
    case 'screenAudio': return { codecOptions: { opusStereo: true, opusDtx: false, opusFec: true } };
    case 'screen': return { encodings: screenEncodings, codecOptions: { videoGoogleStartBitrate: startBitrate } };
    case 'camera':
    case 'documentCamera': {
      const { width = 1280, height = 720 } = track.getSettings();
      return { encodings: cameraEncodings(width, height), codecOptions: { videoGoogleStartBitrate: startBitrate } };
    }
  }
}
