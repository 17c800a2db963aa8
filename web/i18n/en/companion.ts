// Texts of the phone as second camera: the teacher's dialog, and the phone's own page.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  control: 'Phone camera',
  title: 'Your phone as second camera',
  scan: 'Scan the code below with the camera of your phone.',
  press: 'Press “Start filming” on the phone: the whole class sees its picture.',
  code: 'Code to scan with the phone',
  left: 'Valid for {time} more, for one phone, once.',
  reach: 'The phone must be able to open {host}. It needs no login and can do nothing but send one picture.',
  making: 'Making a code…',
  failed: 'No code was made. Please try again.',
  expired: 'This code is void. Please make a new one.',
  connected: 'The phone is connected. Press “Start filming” on it.',
  sending: 'The class is watching the phone’s picture. To end it, press “Stop filming” on the phone, or disconnect it here.',
  layout: 'To see your own camera large, choose “Camera large, content in the corner” in the layout of the recording.',
  away: 'The phone is cut off. It comes back by itself: check its network and keep the page open.',
  again: 'Make a new code',
  end: 'Disconnect phone',
  close: 'Close',
  lost: 'The phone camera is cut off. It comes back by itself.',
  back: 'The phone camera is back.',
  phone: {
    title: 'Second camera', of: 'Second camera of {name}', hint: 'Point the phone at what you want to show, then press “Start filming”.', start: 'Start filming', opening: 'Opening the camera…', stop: 'Stop filming', lamp: 'Lamp',
    turn: 'Hold the phone sideways: the class sees a larger picture', connecting: 'Connecting…', reconnecting: 'The network was cut. Coming back by itself…', ready: 'Connected, not filming yet', sending: 'The class is watching',
    refusedTitle: 'This code cannot be opened', endedTitle: 'Filming has ended', askNew: 'To film with the phone again, the teacher presses “Phone camera” in the classroom and you scan the new code.',
    ended: {
      revoked: 'The teacher has disconnected this phone.', replaced: 'The teacher has made a new code; this phone is disconnected.', seat_over: 'The teacher has left the classroom, and the phone with them.', lesson_over: 'The lesson is over. You can close this page.',
      other_page: 'This phone goes on filming in another page; this one has stopped.',
    },
  },
};
