// Texts of signing in by phone at the place of a lesson.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  show: '显示签到码', sign: '现场签到 / 签退', how: '请投到教室屏幕上。学员用自己的手机扫码签到，走的时候再扫一次签退；也可以在手机上打开这节课，输入数字。没有手机的，在纸质签到表上签字。',
  scan: '签到二维码', digits: '签到数字', next: '{n} 秒后换新码', notYet: '{at} 起可以签到。', over: '这节课的签到已经结束。', cancelled: '这节课已取消。', kept: '这节课的签到表已经录入，不能再签。',
  count: '已签到 {n} / {all} 人', came: '{from} 签到，还没有签退', both: '{from}–{to}', notSigned: '还没有签到',
  codeLabel: '教室屏幕上的 6 位数字', codeHint: '屏幕上有二维码和数字，每 30 秒换一次。', signIn: '签到', signOut: '签退',
  cameAt: '您已在 {at} 签到。', leaveHint: '离开前请再扫码签退：学时按签到到签退的时间，由教务人员确认后计入。', leftAt: '您 {from} 签到，{to} 签退。', leftHint: '如果又回来上课，走的时候再签一次，以最后一次为准。', codeMissing: '请输入 6 位数字。', first: '您还没有签到。',
  byPhone: '手机签到 {from}–{to}', byPhoneOnce: '手机 {from} 签到，没有签退', noPaper: '到场学员都用手机签到、签退，可以不上传纸质签到表。', allByPhone: '全部凭手机签到、签退。',
};
