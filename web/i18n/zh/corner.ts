// Texts of the public corner: policy news, jobs, the authority's resources, and their desk.
import type { CornerField, CornerKind, CornerState } from '#domain/corner.ts';
import type { Texts } from '../gather.ts';

const kind: Record<CornerKind, string> = { news: '政策', job: '招聘' };
const state: Record<CornerState, string> = { waiting: '等待审核', published: '已发布', refused: '未通过', taken_down: '已下架' };
const field: Record<CornerField, string> = { title: '标题', words: '内容', source: '来源', link: '原文网址', employer: '用人单位', place: '工作地点', wage: '工资待遇', contact: '联系人和电话', lastDay: '最后一天' };

export const texts: Texts = {
  kind, state, field,
  intro: '政策、招聘和免费学习资料，不用登录就能看。', which: '看什么', resources: '免费资料', newsNone: '现在没有政策消息。', jobsNone: '现在没有招聘信息。', resourcesNone: '主管部门还没有上传资料。', more: '再看 20 条',
  authority: '主管部门', by: '{by} 发布', until: '招到 {day}', untilNews: '有效到 {day}', service: '公共就业服务', serviceHint: '更多岗位和就业服务，请到官方网站：', serviceOpen: '打开{name}', outside: '（另一个网站）',
  back: '返回列表', original: '看原文', gone: '这条信息不存在，或者已经过期、下架。', fee: '正规招聘不会向求职者收钱。要您先交钱的，请不要付，并告诉我们。', report: '报告问题', download: '下载 {name}', toDesk: '发布和审核',
  desk: {
    intro: '机构写好的政策和招聘信息，要由另一个人（主管部门或平台管理员）审核后才公开。', write: '写一条', none: '还没有写过信息。', waiting: '等待审核 {n} 条', institution: '哪个机构', kindOf: '写什么', jobTitle: '岗位名称', jobWords: '要求和说明', lastDayJob: '招聘最后一天（最多 90 天）', lastDayNews: '有效期最后一天（可不填）',
    linkHint: '可不填。以 https:// 或 http:// 开头。', send: '提交审核', sending: '正在提交…', cancel: '取消', sent: '已提交，等待审核。', missing: '请填写这一项。', linkWrong: '网址不对，要以 https:// 或 http:// 开头。', dayWrong: '日期不对：不能早于今天，招聘最多 90 天。',
    writtenBy: '{name} 写于 {at} · {institution}', decidedBy: '{name} 审核于 {at}', takenDownBy: '{name} 下架于 {at}', reasonOf: '原因：{reason}', over: '已过期', publish: '通过并发布', refuse: '不通过', takeDown: '下架', reason: '为什么', reasonMissing: '请写明原因（至少 2 个字）。', confirmRefuse: '确定不通过', confirmTakeDown: '确定下架',
    copy: '照着重写一条', own: '等主管部门或平台管理员审核。', view: '查看公开页面',
  },
  upload: {
    title: '主管部门的免费资料', intro: '主管部门可以上传自己的通用素质资料，最多 10 份，所有人免费下载。现在有 {n} 份。', name: '资料名称', words: '一句说明（可不填）', file: '选择文件（PDF、JPG 或 PNG，最大 20 MB）', send: '上传', sending: '正在上传…', full: '10 份已满。先撤下一份才能再上传。', missing: '请写名称并选择文件。', done: '已上传，所有人都能看到。', withdraw: '撤下', reason: '为什么撤下', confirm: '确定撤下',
  },
};
