// Texts of help: reporting trouble, answers, the desk, the log of incidents.
import type { HelpCategory, HelpState } from '#domain/help.ts';
import type { Texts } from '../gather.ts';

const category: Record<HelpCategory, string> = { picture: '没有画面', sound: '没有声音', sign_in: '登录不了', face: '人脸核验不通过', hours: '学时不对', other: '其他问题' };
const state: Record<HelpState, string> = { new: '等待答复', answered: '已答复', solved: '已解决', reopened: '重新打开' };

export const texts: Texts = {
  category, state,
  title: '帮助', report: '报告问题', inClass: '求助', about: '遇到了什么问题？', words: '说一句就行', wordsHint: '例如：能听到声音，但是看不到画面', chooseFirst: '请先在上面点一下是什么问题。', wordsFirst: '请写一句话，说说怎么了。',
  outside: '您还没有登录，这里看不到答复。请拨打下面的电话；也可以把您的电话写在上面，由客服打给您。', callBack: '请打电话给我（{phone}）', along: '一起发送的技术信息（点开查看）', alongNot: '只发送上面这些，不含姓名、密码和您写过的内容。',
  send: '发送', sending: '正在发送…', sent: '已收到。有了答复，铃铛会提醒您，也可以在帮助页查看。', sentOutside: '已收到。', another: '再报告一个问题', back: '返回',
  diagnostic: { browser: '浏览器', screen: '屏幕', page: '页面', online: '网络', skew: '时钟误差', devices: '摄像头和麦克风', media: '课堂画面', errors: '最近的错误' },
  yes: '已连接', no: '已断开', seconds: '{n} 秒', devices: '摄像头{camera}，麦克风{microphone}', permission: { granted: '已允许', denied: '被禁止', prompt: '未询问', unknown: '未知' }, lost: '丢包 {share}', none: '无',
  call: '打电话', platform: '课时平台', hoursUnknown: '未填写服务时间', noLine: '还没有填写客服电话。请用上面的“报告问题”。',
  own: '我报告的问题', ownNone: '您还没有报告过问题。', answerOf: '答复（{name}）', wordsOf: '{name}', more: '补充一句', moreSend: '发送', answer: '答复', answerSend: '发送答复', solve: '已解决', reopen: '还没解决，重新打开',
  urgent: '影响上课', handedUp: '已转平台', due: '{span}内应答复', overdue: '已超时 {span}', minutes: '{n} 分钟', hours: '{n} 小时', hoursMinutes: '{h} 小时 {n} 分钟', days: '{n} 天',
  noticeAnswered: '您报告的问题有了答复', deskIntro: '学员和教师报告的问题。先处理快到时限的；答复会通知对方。', whichDesk: '哪一级', desk: { institution: '本机构', platform: '平台' }, which: '显示哪些', shows: { open: '未解决', solved: '已解决' },
  figures: '近 30 天共 {n} 个问题，未解决 {open} 个；首次答复用时中位数：{median}；超时才答复 {late} 个，超时未答复 {overdue} 个。', deskEmpty: '没有未解决的问题。', deskNoneSolved: '还没有已解决的问题。',
  outsider: '未登录的人', callTo: '回电 {phone}', assigned: '处理人：{name}', unassigned: '还没有人处理', take: '我来处理', release: '不再处理', handUp: '转给平台', toIncident: '记为事故', hasIncident: '已记入事故', browserTold: '对方浏览器的技术信息',
  administrator: '日常管理员', administratorNone: '未填写', toChanges: '机构信息与变更报告',
  incident: {
    intro: '发生过的故障：影响了谁，原因，处理，何时报告主管部门。重大事故应立即报告。', add: '记录一次事故', none: '没有记录过事故。', whose: '哪里的事故', what: '发生了什么', from: '开始时间', until: '结束时间（还没结束就留空）', whom: '影响了谁', cause: '原因', measures: '处理措施',
    reported: '报告主管部门的时间', reportedHint: '还没有报告就留空。', linked: '关联 {lessons} 节课、{tickets} 个报告的问题。', missing: '请写明发生了什么和开始时间。', save: '保存', cancel: '取消', edit: '修改', running: '进行中', reportedAt: '已报告 {at}', notReported: '未报告主管部门',
    found: '平台自动发现', tickets: '关联 {n} 个报告的问题', changed: '{name} 最后修改于 {at}', note: '记为事故', noted: '已记入事故记录，去补充',
  },
};
