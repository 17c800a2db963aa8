// What a browser can do of a class, and where a page was opened: inside a messenger (WeChat and others) people need the way out to a real browser. Pure; what the page finds is given.

/** `browser`: not inside another app, as far as it says. */
export const hosts = ['wechat', 'wework', 'dingtalk', 'feishu', 'qq', 'alipay', 'weibo', 'browser'] as const;
export type Host = (typeof hosts)[number];
export type System = 'ios' | 'android' | 'other';

/** What the page finds in its window. */
export interface Found {
  userAgent: string;
  /** Served over HTTPS, or from this machine. */
  secure: boolean;
  peerConnection: boolean;
  getUserMedia: boolean;
  /** A page may feed the player, or the player takes HLS itself. */
  film: boolean;
}

export interface BrowserView {
  host: Host;
  system: System;
  /** Picture and sound of a live class arrive, and can be sent. */
  live: boolean;
  /** A camera can be asked for: sign-in by face, one's own picture. */
  camera: boolean;
  /** Replays and the delayed broadcast play. */
  film: boolean;
}

/** In this order: Tencent's office messenger calls itself WeChat too, and QQ's browser is no messenger. */
const marks: readonly [Exclude<Host, 'browser'>, RegExp][] = [
  ['wework', /wxwork\//i], ['wechat', /MicroMessenger\//i], ['dingtalk', /DingTalk\//i], ['feishu', /(Lark|Feishu)\//i], ['qq', /\bQQ\/\d/i], ['alipay', /AlipayClient\//i], ['weibo', /\bWeibo\b/i],
];
/** WeChat on a computer opens pages in a window of its own, with a mark of its system. */
const computers = /WindowsWechat|MacWechat|Windows NT|Macintosh/i;

function systemOf(userAgent: string): System {
  if (/iPhone|iPad|iPod/i.test(userAgent)) return 'ios';
  if (/Android|OpenHarmony/i.test(userAgent) && !computers.test(userAgent)) return 'android';
  return 'other';
}

export function judge({ userAgent, secure, peerConnection, getUserMedia, film }: Found): BrowserView {
  return {
    host: marks.find(([, mark]) => mark.test(userAgent))?.[0] ?? 'browser', system: systemOf(userAgent), live: peerConnection, camera: secure && getUserMedia, film,
  };
}

/** What somebody should read before a class: nothing where all is well. `stuck`: the live picture cannot come here. `camera`: it comes, but no camera can be asked for. `inside`: all is there, yet a messenger closes pages in the background. */
export type Advice = 'stuck' | 'camera' | 'inside' | null;
export function adviceOf({ host, live, camera }: BrowserView): Advice {
  if (!live) return 'stuck';
  if (!camera) return 'camera';
  return host === 'browser' ? null : 'inside';
}
