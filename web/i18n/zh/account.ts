// Texts of the login.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  welcome: '欢迎来上课',
  promise: '在电脑或手机的浏览器里直接上直播课，不用安装软件。',
  point: { live: '和老师实时见面、提问、答题', check: '到课与学时自动记录，有据可查', report: '课后看回放、查学时报告' },
  login: '账号',
  password: '密码',
  show: '显示',
  hide: '隐藏',
  submit: '登录',
  busy: '正在登录…',
  login_missing: '请输入账号。',
  password_missing: '请输入密码。',
  help: '账号由您所在的培训机构发放。忘记密码请联系机构。',
};
