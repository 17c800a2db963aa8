// Texts of opening a cohort: the application, what it lacks, states and moves, what waits for whoever approves.
import type { OpeningMove, OpeningState } from '#domain/cohort.ts';
import type { OpeningPlace, OpeningProblemCode } from '#domain/opening.ts';
import type { Texts } from '../gather.ts';

const state: Record<OpeningState, string> = { draft: '未提交', submitted: '等机构审批', approved: '机构已通过，等主管部门批准', opened: '已开班', returned: '已退回', withdrawn: '已撤回', closed: '已结班' };
const move: Record<OpeningMove, string> = { submit: '提交申请', withdraw: '撤回申请', approve: '审批通过', return: '退回', open: '批准开班', close: '结班' };
const done: Record<OpeningMove, string> = { submit: '提交申请', withdraw: '撤回申请', approve: '机构审批通过', return: '退回申请', open: '主管部门批准开班', close: '结班' };
const problem: Record<OpeningProblemCode, string> = {
  region_missing: '还没有选培训地区。', region_not_allowed: '机构没有在这个地区培训的许可。请换一个地区，或在机构资料里补上。', dates_missing: '还没有填培训的起止日期。', dates_backwards: '结束日期早于开始日期。',
  filing_not_in_force: '开班第一天机构备案不在有效期内。', limit_missing: '还没有填人数上限。', roster_empty: '班里还没有学员，请先导入名单。', roster_over_limit: '学员比人数上限多 {n} 人。', plan_missing: '还没有排课，也没有写培训计划，请至少做好一项。',
  instructor_missing: '还没有选授课教师。', instructor_not_named: '有 {n} 位教师不在课程资料里，请重新选择。', instructor_unqualified: '{names}的资格不够：需要本职业三级以上技能等级证书，或中级以上职称。', place_missing: '课程有线下部分，请填写线下培训地点。',
  dossier_missing: '课程资料还没有提交。', dossier_blocked: '课程资料有 {n} 处问题要先解决（例如还没有考试）。',
};
const mend: Record<OpeningPlace, string> = { form: '去填写', roster: '去导入名单', institution: '去机构资料', dossier: '去课程资料', instructors: '去授课教师' };

export const texts: Texts = {
  state, move, done, problem, mend,
  title: '开班', before: '这个班在启用开班申请之前就已经开班。', draftText: '开班前不能上课。请填好申请，提交后由机构另一位教务人员审批。', notOpen: '批准开班以前，这个班不能上课。',
  withAuthority: '机构审批后，还要主管部门批准。', alone: '机构里只有提交人一位教务人员，没有别人可以审批。请在“机构人员”里添加一位教务人员，或请管理员审批。', noAuthority: '这家机构还没有主管部门的账号，没有人可以批准开班。请联系平台管理员添加。',
  lacks: '还差 {n} 项', ready: '都办好了，可以提交。', readyDecide: '各项都符合要求。', form: '填写申请', formHide: '收起', save: '保存',
  region: '培训地区', regionHint: '机构可以在这些地区培训：{regions}', noRegions: '机构资料里还没有可培训的地区。', from: '开始日期', until: '结束日期', limit: '人数上限', instructors: '授课教师', unqualified: '资格不够', noInstructors: '课程资料提交以后，才能选择授课教师。',
  place: '线下培训地点', placeHint: '没有线下部分的可以不填。', plan: '培训计划', planHint: '已经排好课的，可以不写。', resources: '设备与教学资源', dossier: '课程资料', dossierN: '第 {n} 版', timetable: '课表', planned: '{n} 次课，共 {minutes} 分钟，{from} 至 {to}', noLessons: '还没有排课', learners: '学员', learnersOf: '{n} 人，上限 {most} 人', learnersN: '{n} 人', days: '培训日期', notGiven: '未填写',
  reason: '说明', reasonNeeded: '原因', reasonHint: '写给对方看的话', sure: '确认{what}', cancel: '取消', history: '经过', step: '{at}，{by}',
  approvalsIntro: '等您审批的开班申请。点开看全部资料，再决定。', nothing: '没有等您审批的班级', nothingText: '有人提交申请后，会出现在这里和首页。', since: '{at}提交到这里', firstDay: '{day} 开班', look: '查看并审批', lookOf: '查看并审批{name}',
};
