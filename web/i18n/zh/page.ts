// Names of the pages, for the window's title and the navigation.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  login: '登录',
  home: '我的课',
  schedule: '排课',
  operator: '运行状况',
  lesson: '课程详情',
  enter: '上课前确认',
  deviceCheck: '设备检测',
  live: '直播课堂',
  replay: '回放',
  quality: '质量报告',
  report: '学时报告',
  forbidden: '没有权限',
  notFound: '页面不存在',
  forbiddenText: '您的账号不能打开这个页面。如果您认为应该可以，请联系所在机构的管理员。',
  notFoundText: '网址可能写错了，或者这节课已经不在了。',
};
