// Texts of lessons held at a place and their sheets.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  chip: '线下课', plan: '线下课：不开直播，凭现场签到计学时', where: '这是线下课，请按时到“{place}”上课。到场和离开时用手机扫码签到、签退，或在签到表上签字。', open: '录入签到表', look: '查看签到表',
  intro: '下课后录入一次：核对上课时间和到场的学员；用手机签到的已经勾选，其他人凭有签字的签到表。保存后按表计入学时，1:1；有错误用“更正学时”。',
  notNow: '现在不能录入：由教务人员在下课后办理。', units: '一、实际上课时间', unit: '第 {n} 课时', from: '从', to: '到', heldUnit: '上了这个课时', timeWrong: '请填写每个课时的起止时间，先从后到，不要重叠。', noneHeld: '请至少选一个上了的课时。',
  paper: '二、有签字的签到表', paperHint: '有人没有用手机签到、签退的，必须上传。拍照或扫描，要能看清每位学员的签字、日期和老师的签字。', paperMissing: '请上传并选中一份签到表。',
  people: '三、到场的学员', peopleHint: '和签到表核对。中途来或提前走的，改后面的时间。', allIn: '全部到场', allOut: '全部清空', count: '到场 {n} / {all} 人', nobody: '这个班还没有学员。', stretchWrong: '有学员的时间不对：要先从后到，并在上课时间之内。', noneIn: '一个人也没有勾选。确实没有人来，请再点一次保存。',
  save: '保存，按表计入学时', sure: '保存后不能修改，只能更正。', kept: '{by} 于 {at} 录入', done: '已保存，学时正在按签到表计算。', absent: '没有到场', sheet: '签到表',
  taught: '本班已授：线上 {online} 课时，线下 {offline} 课时，线上占 {percent}。', taughtOver: '线上课时已超过一半。大纲规定线上不超过总课时的 50%，请安排线下课。', mark: '线下 {n} 分钟', bySheet: '线下课，凭签到表或现场手机签到计入学时。',
};
