// Browsers as they call themselves, and what follows for a class.
import { expect, it } from 'vitest';
import { adviceOf, judge, type Found, type Host, type System } from './browser.ts';

const able: Omit<Found, 'userAgent'> = { secure: true, peerConnection: true, getUserMedia: true, film: true };
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const android = 'Mozilla/5.0 (Linux; Android 13; V2243A Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0';

it.each<[string, string, Host, System]>([
  ['WeChat on an iPhone', `${iphone} Mobile/15E148 MicroMessenger/8.0.40(0x18002831) NetType/WIFI Language/zh_CN`, 'wechat', 'ios'],
  ['WeChat on Android', `${android} Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231002 MMWEBID/98 MicroMessenger/8.0.42.2428(0x28002A48) WeChat/arm64 Weixin NetType/WIFI`, 'wechat', 'android'],
  ['WeChat on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090719)', 'wechat', 'other'],
  ['WeChat Work', `${iphone} Mobile/15E148 wxwork/4.1.10 MicroMessenger/7.0.1 Language/zh`, 'wework', 'ios'],
  ['DingTalk', `${android} Mobile Safari/537.36 AliApp(DingTalk/7.0.40) com.alibaba.android.rimet`, 'dingtalk', 'android'],
  ['QQ', `${iphone} Mobile/15E148 QQ/8.9.80.610 V1_IPH_SQ NetType/WIFI`, 'qq', 'ios'],
  ['the browser of QQ', `${android} MQQBrowser/14.2 Mobile Safari/537.36`, 'browser', 'android'],
  ['Alipay', `${iphone} Mobile/15E148 NebulaSDK/1.8 AliApp(AP/10.5.0) AlipayClient/10.5.0`, 'alipay', 'ios'],
  ['Safari', `${iphone} Version/16.5 Mobile/15E148 Safari/604.1`, 'browser', 'ios'],
  ['Chrome on a computer', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36', 'browser', 'other'],
])('knows %s', (_what, userAgent, host, system) => {
  expect(judge({ ...able, userAgent })).toMatchObject({ host, system });
});

it('says what is in the way, the worst first', () => {
  const wechat = `${iphone} MicroMessenger/8.0.40`;
  expect(adviceOf(judge({ ...able, userAgent: iphone }))).toBeNull();
  expect(adviceOf(judge({ ...able, userAgent: wechat }))).toBe('inside');
  expect(adviceOf(judge({ ...able, userAgent: wechat, getUserMedia: false }))).toBe('camera');
  expect(adviceOf(judge({ ...able, userAgent: iphone, secure: false }))).toBe('camera');
  expect(adviceOf(judge({ ...able, userAgent: wechat, getUserMedia: false, peerConnection: false }))).toBe('stuck');
});
