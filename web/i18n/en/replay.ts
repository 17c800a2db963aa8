// Texts of the replay.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  player: 'Replay: {title}',
  play: 'Play',
  pause: 'Pause',
  mute: 'Mute',
  unmute: 'Sound on',
  speed: 'Speed',
  full: 'Full screen',
  seek: 'Position',
  position: '{at} of {of}',
  resumed: 'Continued at {time}, where you left.',
  fromStart: 'From the beginning',
  watchedTo: 'watched to {time}',
  following: 'Go on with unit {n}',
  download: 'Download video',
  broken: 'The video cannot be played. Please reload the page or try another browser.',
  marks: 'Marks of the lesson',
  mark: { quiz: 'Question', stage: 'On stage', gap: 'Missing' },
  gap: {
    nothing_captured: 'no picture and no sound here', picture_lost: 'some of the picture is lost', sound_lost: 'some of the sound is lost',
    codec_unsupported: 'a picture or sound could not be converted', other: 'something is missing here',
  },
  noneTitle: 'There is no replay yet',
  none: {
    scheduled: 'The lesson has not been held yet. The replay is made by itself afterwards.', open: 'The lesson has not begun yet. The replay is made by itself afterwards.',
    live: 'The lesson is live. The replay is made by itself afterwards.', ended: 'The making of the replay has not begun. Please come back a little later.',
    cancelled: 'This lesson was cancelled; there is no replay.', missed: 'This lesson was not taught; there is no replay.', unrecorded: 'This lesson is not recorded; there is no replay.',
  },
  processingTitle: 'The replay is being made',
  processing: 'You can leave and come back when it is ready.',
  leftMinutes: 'about {n} min left',
  leftSeconds: 'about {n} s left',
  failedTitle: 'The replay could not be made',
  failedHint: 'The original recording is kept. Please ask your training institution.',
  fail: {
    nothing_captured: 'No picture and no sound were recorded in this unit.', verification_failed: 'The video did not pass its quality checks.',
    internal: 'The system failed while making the video.', other: 'Something went wrong while making the video.',
  },
};
