// Texts of the learner's hours.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '这里是您上过的每节课的学时：计入多少、为什么少了、还能不能补。数字由服务器按规则自动计算，随时可以查看。',
  empty: '这段时间没有上过课。上课后，学时会自动出现在这里。',
  older: '查看更早的', range: '{from} 至 {to}',
  credited: '课堂计入', held: '实际授课', madeUp: '回放补学', share: '到课率', missing: '距 {share} 还差', interrupted: '其中中断', nothingMissing: '已达到', lessons: '上过的课', notHeld: '没有授课',
  details: '学时明细', of: '{done} / {of} 分钟', print: '打印', learner: '学员', teacher: '教师', toReport: '全班学时报告',
  open: '还能补 {n} 分钟', openUntil: '{at}前还能补 {n} 分钟', makeUp: '去看回放补学', appeal: '申诉', appealLesson: '我认为有误，提出申诉', appealCheck: '对{at}的核验提出申诉', appealSpan: '对{at}的记录提出申诉',
  standing: {
    reached: '这节课已达到 {share} 的要求。', reachedOpen: '这节课已达到 {share} 的要求；缺的时间还可以补。', reachable: '还差 {n} 分钟达到 {share}。可以看回放补学。', tooLittle: '还差 {n} 分钟达到 {share}，能补的时间不够。如有原因，请提出申诉或联系机构。',
    short: '还差 {n} 分钟达到 {share}，现在还没有可以补的内容。刚下课的，回放生成后才能补学；如有原因，请提出申诉或联系机构。', liveReached: '正在上课，到现在为止已达到 {share}。', liveShort: '正在上课，到现在为止低于 {share}。请保持在课堂里。',
  },
  note: { never_started: '这节课没有开课，没有任何学时数据。', cancelled: '这节课已经取消，没有任何学时数据。', still_live: '正在上课，下面是到目前为止的数据，下课后才是最终结果。' },
  unitSpan: '{from} 至 {to}', unitRunning: '{from} 开始，正在上', lost: '没有计入的时间', noneLost: '全部计入，没有缺少的时间。', again: '这个课时实际授课不足 {n} 分钟，需要重新上；已经计入的时间照样保留。',
  checks: '核验记录', noChecks: '这节课没有对您进行核验。', inReplay: '回放补学', decided: '人工复核后的结果', checkOpen: '还没有结果', asked: '{at} 发起',
  rules: '适用规则', rulesText: '按“{name}”规则（{pack}）计算。课已开始后，规则不再变化。', rulesAll: '各项要求和依据', barCounted: '计入', barLost: '没有计入', generated: '生成于 {at}（北京时间），由记录自动计算，重新打开结果相同。',
};
