// Texts of invitations: the office's page, and the page a link leads to.
import type { Admission, InvitationState, JoiningState } from '#domain/invitation.ts';
import type { Texts } from '../gather.ts';

const state: Record<InvitationState, string> = { open: '有效', revoked: '已撤销', expired: '已过期', used_up: '人数已满', cohort_closed: '班级已结班' };
const admits: Record<Admission, string> = { waiting: '先等我们确认', roster: '直接进入名单' };
const admitsHint: Record<Admission, string> = { waiting: '适合发到群里：谁点了链接都先排队，由教务人员逐个同意。', roster: '点了链接、实名注册后马上进班。只发给该进这个班的人。' };
const joined: Record<JoiningState, string> = { enrolled: '您已经在这个班里了。课表在“我的课”里。', waiting: '已经提交。{institution}同意以后，班级会出现在“我的课”里。', declined: '{institution}没有同意您加入这个班。如有疑问，请联系这家机构。' };

export const texts: Texts = {
  state, admits, admitsHint, joined,
  intro: '把链接或二维码发给学员，也可以用短信发给名单上还没注册的学员。他们在手机上打开，实名注册或登录后加入班级。',
  waiting: '等您确认（{n} 人）', waitingText: '他们通过链接申请加入。同意后进入名单；不同意的不会进班。', accept: '同意加入', acceptOf: '同意{name}加入', decline: '不同意', declineOf: '不同意{name}加入', ended: '曾在本班，已离班', askedAt: '{at}申请', lookAgain: '重新查看',
  new: '新建邀请', unregistered: '名单上有 {n} 位学员还没注册。生成邀请后，可以用短信发给他们；他们按名单上的姓名、证件号码和手机号注册，就自动在这个班里。',
  admitsLabel: '点了链接的人', days: '有效期', daysN: '{n} 天', most: '最多几个人', make: '生成邀请', links: '已有的邀请', none: '还没有邀请。生成后，链接会出现在这里。',
  used: '已来 {n} 人，最多 {most} 人', messages: '已发短信 {n} 条', until: '有效到{until}，{by}创建', copy: '复制链接', copied: '已复制', showCode: '显示二维码', hideCode: '收起二维码', codeLabel: '邀请二维码',
  send: '发短信（{n} 人）', sendText: '给名单上还没注册的 {n} 位学员各发一条短信，短信里有这个链接。每人一天最多一条，三十天最多三条。', sendSure: '确认发送 {n} 条', sending: '正在发送，已发 {n} 条…', sent: '已发送 {n} 条短信。',
  revoke: '撤销', revokeText: '撤销后，这个链接和二维码马上失效，不能恢复。已经进来的人不受影响。', revokeSure: '确认撤销',
  over: '这个邀请已经失效。请向邀请您的机构要一个新的链接。', invites: '{institution}邀请您加入', when: '培训日期：{days}', howTo: '请先用真实姓名注册；已经注册过的，直接登录。完成后会回到这里。', register: '实名注册', login: '我已注册，去登录',
  asMe: '您将以“{name}”的身份加入。', told: '加入后，{institution}会看到您的姓名、人员类别、单位，以及隐去中间几位的证件号码和手机号。', join: '加入这个班', joining: '正在提交…', toClasses: '去我的课',
};
