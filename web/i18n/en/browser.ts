// Texts about browsers that cannot take part in a class, and the way out of them.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  host: { wechat: 'WeChat', wework: 'WeCom', dingtalk: 'DingTalk', feishu: 'Lark', qq: 'QQ', alipay: 'Alipay', weibo: 'Weibo', browser: 'the browser' },
  stuck: {
    title: 'The live class cannot be shown here', inApp: 'Pages opened inside {app} get no live picture. Take the class in the browser of your phone or computer:',
    text: 'This browser gets no live picture. Please use a recent Chrome, Edge, Safari or Firefox: copy the link and open it there.',
  },
  camera: {
    title: 'The camera cannot be used here', inApp: 'Pages opened inside {app} may not use the camera: no sign-in by face, no picture of you. Take the class in the browser:',
    text: 'This browser may not use the camera. Please use a recent Chrome, Edge, Safari or Firefox, with an address that begins with https. You can take the class without a camera: sign in by a code to your phone.',
  },
  inside: { title: 'A browser is the safer place for a class', inApp: 'You are inside {app}. When you go to another chat, {app} may close the class, and that time does not count. Better:', text: 'Better take the class in a browser.' },
  step: {
    menu: 'Tap “···” at the top right', menuComputer: 'Click “···” or the browser sign at the top of the window',
    open: { ios: 'Choose “Open in Default Browser” or “Open in Safari”', android: 'Choose “Open in Browser”', other: 'Choose “Open in Default Browser”' },
    login: 'Log in there with the same phone number: it brings you back to this page',
  },
  copy: 'Copy the link', copied: 'Copied', paste: 'Open your browser and paste it as the address.',
  byHand: 'Hold the link below, select all of it and copy:',
  worksFilm: 'What works here all the same: replays, making up, exams, your hours. You may also enter and watch the delayed broadcast (10 to 15 seconds behind); chat, hands and answers work as usual.',
  worksPapers: 'What works here all the same: exams, your hours, the timetable.',
};
