// Texts of breakout groups.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  chat: '本组',
  own: '您在第 {n} 组', visiting: '您正在第 {n} 组', running: '正在分组讨论', withClass: '正在分组讨论，您和老师在一起', withClassText: '如果刚进来，系统会马上为您安排小组。', left: '还有 {time}',
  with: '同组：{names}', alone: '同组的人还没有来。', visited: '{names}在这一组', talk: '打开麦克风和摄像头', putAway: '收起',
  recorded: '小组讨论会录像，留作培训记录：只有老师、机构和监管人员能看，学员看不到；学时照常计算。', recordedStaff: '每一组都在单独录像，下课后在回放页能看；全班这边的录像照常进行。',
  notRecorded: '小组里说的话不录像，只有同组的人和进组的老师能听到；学时照常计算。', notRecordedStaff: '小组里的谈话不录像；全班这边的录像照常进行。',
  calls: '第 {n} 组在叫您：{name}', visitNumber: '去第 {n} 组', visit: '进入这一组', leave: '回到全班', call: '叫老师', callOff: '不叫了', called: '已经叫了老师，请稍等',
  notLive: '上课以后可以把学员分成小组讨论。', tooFew: '至少有 2 名学员在场才能分组。', count: '分几组', fewer: '少一组', more: '多一组', minutes: '讨论多久', minutesOf: '{n} 分钟', draw: '重新随机分',
  number: '第 {n} 组', people: '{n} 人', moveOf: '{name}去哪一组', tooFull: '一组最多 {n} 人，请换几个人，或者多分几组。', class: '全班（和老师在一起）', nobody: '这一组还没有人。',
  explain: '开始后，每组只能看到、听到自己组的人，组员都可以打开麦克风和摄像头。后来的人进人最少的组。时间到了，大家自动回到全班。',
  record: '给每一组录像', recordAsk: '系统会告诉学员。录像留作培训记录，只有老师、机构和监管人员能看。', recordAlways: '每一组都会录像（平台规定），系统会告诉学员。', recordNever: '小组里的谈话不录像，系统会告诉学员。',
  start: '开始分组讨论', extend: '加 {n} 分钟', end: '结束', endTitle: '现在结束分组讨论？', endText: '所有人会马上回到全班。', keep: '再讨论一会儿', endDo: '让大家回来',
  tellAll: '对所有小组说一句…', tellSend: '发给各组', toldAll: '已发给所有小组。', away: '不在线', calling: '叫老师', speaking: '在说话', back: '分组讨论结束，大家回到全班了。', inGroup: '已分到小组，请打开麦克风和同组的人讨论。',
};
