// Texts of the login.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  welcome: 'Welcome to class',
  promise: 'Attend live lessons in the browser of a computer or phone. Nothing to install.',
  point: { live: 'Meet your teacher live, ask and answer', check: 'Attendance and hours recorded, with evidence', report: 'Replays and reports after the lesson' },
  login: 'Account',
  password: 'Password',
  show: 'Show',
  hide: 'Hide',
  submit: 'Sign in',
  busy: 'Signing in…',
  login_missing: 'Please enter your account.',
  password_missing: 'Please enter your password.',
  help: 'Your training institution gives you the account. If you forgot the password, please ask them.',
};
