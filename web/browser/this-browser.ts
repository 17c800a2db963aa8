// What the browser of this page is and can do; asked once.
import { judge, type BrowserView } from './browser.ts';

const hlsType = 'application/vnd.apple.mpegurl';
const feedsPlayer = (): boolean => 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis;
const takesHls = (): boolean => document.createElement('video').canPlayType(hlsType) !== '';

let known: BrowserView | null = null;
export const thisBrowser = (): BrowserView => (known ??= judge({
  userAgent: navigator.userAgent, secure: globalThis.isSecureContext, peerConnection: 'RTCPeerConnection' in globalThis,
  getUserMedia: typeof (navigator as Partial<Navigator>).mediaDevices?.getUserMedia === 'function', film: feedsPlayer() || takesHls(),
}));
