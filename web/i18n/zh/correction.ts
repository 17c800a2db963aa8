// Texts of corrections.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '学时更正要凭材料，由一位教务人员提出、另一位批准。批准后学时自动重新计算，原始记录保留不变。', waiting: '等待批准（{n}）', noneWaiting: '没有等待批准的更正。', howTo: '要更正学时：打开这位学员的“学时明细”，点“更正学时”。', decided: '最近办理的',
  state: { waiting: '等待批准', approved: '已批准', rejected: '未批准', withdrawn: '已撤回' }, changes: { credit: '增加 {n} 分钟', take: '减去 {n} 分钟' }, colon: '：',
  reason: { power_cut: '停电、断网', platform_fault: '平台故障', device_fault: '设备故障', sign_in_misjudged: '签到判断有误', paper_sheet: '有签字的纸质签到表', stand_in: '不是本人', not_attending: '人不在课堂', counted_wrongly: '计算有误', other: '其他原因' },
  madeBy: '{by} 于 {at} 提出', decidedBy: { approved: '{by} 于 {at} 批准', rejected: '{by} 于 {at} 不批准', withdrawn: '{by} 于 {at} 撤回' }, waitsForOther: '这是您提出的，要由另一位教务人员批准。',
  approve: '批准', reject: '不批准', withdraw: '撤回', why: '请写明原因', wordsShort: '请写明情况，至少两个字。', now: '现在计入 {done} / {of} 分钟', sent: '已提出，等待另一位教务人员批准。批准后才计入学时。', notNow: '现在不能更正：下课后由教务人员办理，不能更正自己的学时。',
  list: '这节课的更正记录', none: '没有更正过。', make: '提出更正', what: '怎么更正', way: { credit: '增加学时：这段时间应当计入', take: '减去学时：这段时间不应当计入' }, unit: '哪个课时', suggest: { credit: '没有计入的时间（点一下就填好）：', take: '已经计入的时间（点一下就填好）：' },
  from: '从', to: '到', timeMissing: '请填写起止时间，先从后到。', reasonLabel: '原因', choose: '请选择', reasonMissing: '请选择原因。', words: '情况说明', wordsHint: '什么时候、发生了什么、依据是什么。学员只看到原因，看不到这里的说明。',
  paper: '更正材料（必须有）', paperHint: '如停电通知、签到表照片、情况说明，要签字盖章。上传后在这里选中。', paperMissing: '请上传并选中一份材料。', send: '提出，交另一位批准',
  records: '学时更正', recordLine: '第 {unit} 课时 {from}–{to}，{change}，原因：{reason}', recordBy: '{made} 由一位教务人员提出，{decided} 由另一位教务人员批准。', open: '更正学时', mark: '含更正', markOf: '更正 +{more} −{less} 分钟',
};
