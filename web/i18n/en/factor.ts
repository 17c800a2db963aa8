// Texts of the second factor: setting it up, the code at login, recovery codes.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  must: 'Your account sees data of many people. So besides the password, logging in asks for a code of your phone. Please set it up now; it takes about two minutes.',
  may: 'Besides the password, logging in asks for a code of your phone: whoever learns your password does not get in.',
  app: 'Install an authenticator app on your phone, such as Microsoft Authenticator, Google Authenticator or Aegis.',
  scan: 'Scan this picture with the app.',
  typed: 'It cannot be scanned? Choose to enter a key by hand, and type:',
  enter: 'Type the 6 digits the app shows now.',
  start: 'Set it up', another: 'Use another phone', code: 'Code of the phone', codeHint: '6 digits, new ones every 30 seconds.', confirm: 'Confirm', codeMissing: 'Please enter the code.', codeNow: 'Code of the present phone', codeNowHint: 'The phone is lost: enter a recovery code.',
  qr: 'QR code for the authenticator app',
  on: 'Set up, since {at}', left: 'Recovery codes left: {n}', few: 'Few recovery codes are left: print new ones.',
  done: 'Done. From now on logging in asks for a code of your phone.',
  codes: 'Recovery codes', codesHint: 'When the phone is lost or replaced, one of these takes the place of a code, each once. Print them or write them down, and keep them safe. They are shown only now.',
  print: 'Print', kept: 'I have kept them', anew: 'New recovery codes', anewHint: 'The old ones are worth nothing at once.', end: 'Switch codes off', obliged: 'Your account must use codes; they cannot be switched off.',
  asked: 'Enter the 6 digits of the authenticator app on your phone.', lost: 'The phone is not here? A recovery code does as well. None left: ask whoever runs the platform.', open: 'Set up codes', manage: 'Manage', title: 'Codes when logging in',
};
