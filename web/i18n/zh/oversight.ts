// Texts of the regulators' console, and of looking into a class unseen.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '您负责监管的机构：正在上的课、学时、录像、证书和学员，都从这里看。', updated: '更新于 {at}', views: '查看', refreshed: '每 10 秒自动更新',
  view: { live: '正在上课', institutions: '机构风险', below: '未达标学员', search: '查询' },
  noneTitle: '还没有可以监管的机构', none: '管理员把您登记为机构的监管人员后，机构会出现在这里。',
  figure: {
    institutions: '机构', cohortsOpen: '开班中', cohortsUnit: '{n} 个班', learners: '在读学员', learnersUnit: '{n} 人次', learnersUnder: '历年共 {n} 人次', hours: '本月计入学时', hoursUnit: '{n} 小时', hoursUnder: '本月上课 {n} 节',
    recordings: '保存的录像', recordingsUnit: '{n} 个', recordingsUnder: '暂扣待看 {n} 个', certificates: '有效证书', certificatesUnit: '{n} 张', certificatesUnder: '本月发放 {n} 张',
  },
  region: { title: '地区', all: '全部地区', none: '未填地区', classes: '{n} 堂课', present: '{n} 人在线', institutions: '{n} 家机构' },
  live: {
    title: '正在上课', nothingTitle: '现在没有正在上的课', nothing: '有机构开始上课后，10 秒内会出现在这里。', more: '只显示最近开始的 200 堂课，请选择地区缩小范围。',
    teacher: '教师', noTeacher: '未指定', started: '{at} 开始', present: '在线 / 应到', checks: '人脸核验通过', noChecks: '还没有核验', recording: '录像',
    recordings: { off: '不录像', good: '正常', trouble: '有问题' }, interrupted: '课堂中断中', leadGone: '教师不在', look: '进入查看', lookOf: '进入查看 {title}', lookHint: '上课的人不会知道，人数不变',
  },
  unseen: { title: '隐身查看中', text: '课堂里没有人知道您在，人数、名单和录像都不受影响。您不能发言。', leave: '离开' },
  risk: {
    intro: '最近 {n} 天（{from} 起）的情况，按需要关注的程度排列。这只是提示，系统不会据此自动处理任何机构。', learners: '{lessons} 节课，{learners} 人次', search: '查找机构名称', nothing: '没有符合的机构。',
    level: { high: '重点关注', raised: '需要关注', usual: '未见异常', unknown: '还没有上课' },
    reason: {
      recordings_missing: '{of} 节课里有 {count} 节应录像而没有录像', checks: '{of} 次身份核验里有 {count} 次未通过或错过（{share}）', doubts: '有 {count} 条疑似作弊的线索没有处理（共 {of} 人次）',
      corrections: '凭书面材料更正学时 {count} 次（共 {of} 人次）', appeals: '学员申诉 {count} 次（共 {of} 人次）', recordings_held: '{of} 节课里有 {count} 个录像被暂扣', tickets: '学员求助 {count} 次（共 {of} 节课）',
    },
    alone: {
      findings: '检查发现的问题有 {count} 项没有整改完', recordings_missing: '有 {count} 节应录像而没有录像', checks: '有 {count} 次身份核验未通过或错过', doubts: '有 {count} 条疑似作弊的线索没有处理', corrections: '凭书面材料更正学时 {count} 次',
      appeals: '学员申诉 {count} 次', recordings_held: '有 {count} 个录像被暂扣', tickets: '学员求助 {count} 次',
    },
    show: '查看未达标学员', open: '机构资料',
  },
  below: {
    intro: '按机构适用的规则，到课率、答题正确率不足，或有核验未通过、错过的学员。', institution: '机构', all: '全部机构', what: { attendance: '到课率不足', checks: '核验未通过或错过', accuracy: '正确率不足' },
    nothingTitle: '没有未达标的学员', nothing: '这里没有这一类学员。', more: '显示更多', attendance: '到课率', checks: '核验', checksWord: '未通过 {failed}，错过 {missed}，共 {asked} 次', accuracy: '正确率', minutes: '计入 {n} 分钟', asOf: '数据时间 {at}', hours: '学时明细',
  },
  search: {
    label: '姓名、证件号码或证书编号', hint: '姓名可以只写开头几个字；号码要写完整。', find: '查询', first: '输入姓名、证件号码或证书编号，查看学时、证书和回放。', by: { name: '按姓名查到 {n} 条', number: '按证件号码查到 {n} 条', certificate: '按证书编号查到 {n} 条' },
    nothing: '没有查到。只能查到您监管的机构里的学员。', unclear: '这个号码不对，请检查有没有写错或漏写。', more: '只显示前 50 条，请把姓名写完整或用号码查询。', noNumber: '未实名登记', minutes: '计入学时 {n} 分钟', attendance: '到课率 {n}', noHours: '还没有学时', hours: '学时和回放', certificate: '证书 {serial}', noCertificate: '未发证', enrolled: '{day} 报名',
  },
  replay: '回放',
};
