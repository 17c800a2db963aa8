// Texts about browsers that cannot take part in a class, and the way out of them.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  host: { wechat: '微信', wework: '企业微信', dingtalk: '钉钉', feishu: '飞书', qq: 'QQ', alipay: '支付宝', weibo: '微博', browser: '浏览器' },
  stuck: {
    title: '这里看不了实时课堂', inApp: '{app}里打开的页面收不到实时画面。请到手机或电脑的浏览器里上课：',
    text: '这个浏览器收不到实时画面。请换用新版 Chrome、Edge、Safari 或 Firefox，把链接复制过去打开。',
  },
  camera: {
    title: '这里用不了摄像头', inApp: '{app}里打开的页面不能使用摄像头，人脸签到和露脸都做不了。请到浏览器里上课：',
    text: '这个浏览器不能使用摄像头。请换用新版 Chrome、Edge、Safari 或 Firefox，并确认地址以 https 开头。没有摄像头也可以上课：签到时改用手机验证码。',
  },
  inside: { title: '用浏览器上课更稳', inApp: '您现在在{app}里。切到别的聊天时，{app}可能会关掉课堂，那段时间不计学时。建议：', text: '建议在浏览器里上课。' },
  step: {
    menu: '点右上角的“···”', menuComputer: '点窗口上方的“···”或浏览器图标',
    open: { ios: '选“在默认浏览器中打开”或“在 Safari 中打开”', android: '选“在浏览器打开”或“在默认浏览器中打开”', other: '选“用默认浏览器打开”' },
    login: '在浏览器里用同一个手机号登录，会直接回到这一页',
  },
  copy: '复制链接', copied: '已复制', paste: '打开浏览器，粘贴到地址栏。',
  byHand: '长按下面的链接，全选后复制：',
  worksFilm: '在这里仍然可以：看回放、补课、考试、查学时；也可以进入课堂看延迟直播（比老师慢 10 到 15 秒），聊天、举手、答题照常。',
  worksPapers: '在这里仍然可以：考试、查学时、看课程安排。',
};
