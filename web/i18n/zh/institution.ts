// Texts of an institution’s pages: what it states, whether its filing is in force, what changed.
import type { FactFault, FactName, FilingState, InstitutionKind, PlatformRight } from '#domain/institution.ts';
import type { Texts } from '../gather.ts';

const kind: Record<InstitutionKind, string> = { vocational: '职业技能类', entrepreneurship: '创业类' };
const right: Record<PlatformRight, string> = { self_developed: '自主开发', bought: '购买（拥有所有权）', right_of_use: '购买使用权', cooperation: '战略合作' };
const field: Record<FactName, string> = {
  kinds: '机构类别', creditCode: '统一社会信用代码', filingNumber: '备案编号', filingFrom: '备案有效期起', filingUntil: '备案有效期止', filingRevokedOn: '备案撤销日期', seatRegion: '注册地', trainingRegions: '可以开展培训的地区',
  responsiblePerson: '负责人', responsiblePost: '职务', phone: '联系电话', address: '办公地址', email: '电子邮箱', website: '网站', hotline: '技术支持热线', hotlineHours: '热线服务时间', administrator: '日常管理员', administratorPhone: '日常管理员电话',
  platformRight: '平台使用方式', platformProvider: '平台提供方', platformFrom: '使用期限起', platformUntil: '使用期限止',
};
const fault: Record<FactFault, string> = {
  form: '格式不对，请检查。', check_digit: '代码有误，请对照营业执照逐位核对。', day: '这个日期不存在。', order: '不能早于开始日期。', years: '备案有效期最长三年。', region: '地区代码不对，请重新选择。', too_long: '内容太长。', too_many: '地区太多，最多 100 个。',
};
const filing: Record<FilingState['state'], string> = {
  none: '还没有填写备案有效期，现在不能开新班。请在下面填写。', not_yet: '备案从 {from} 起生效，之前不能开新班。', in_force: '备案有效，到 {until} 止，还有 {n} 天。',
  ending: '备案到 {until} 止，只剩 {n} 天。到期后不能开新班，请尽快办理续期。', over: '备案已于 {until} 到期，不能开新班。已经开的班可以上完。请办理续期后更新有效期。', revoked: '备案已于 {revoked} 撤销，不能开新班。',
};

export const texts: Texts = {
  kind, right, field, fault, filing,
  page: { institution: '机构资料', 'institution-staff': '人员', 'institution-clients': '委托单位', 'institution-papers': '填报材料', 'institution-retention': '保存与删除', 'institution-looks': '监管查看记录', 'institution-api-clients': '程序接口', 'institution-webhooks': '自动通知' }, pages: '机构的页面', which: '选择机构', none: '您还没有加入任何机构。请联系机构的教务人员。',
  group: { filing: '备案', regions: '地区', people: '负责人与联系方式', platform: '平台使用权' },
  lastChanged: '{by} 最后修改于 {at}', toReport: '有 {n} 次备案条件变更还没有登记上报。请向主管部门报告后，在下面“变更记录”里登记日期。',
  codeHint: '18 位，在营业执照上。', untilHint: '最长三年，含当天。', revokedHint: '没有被撤销就不填。', administratorHint: '平台日常管理、发生事故时第一个报告的人。', hoursHint: '例如：每天 24 小时。', providerHint: '自主开发可以不填。',
  province: '选择省份', city: '选择城市', county: '选择区县', wholeProvince: '全省', wholeCity: '全市', trainingHint: '包括跨地区培训得到授权的地区。选省份就是全省，选城市就是全市。', addRegion: '添加地区', addRegionOf: '添加：{name}', removeRegion: '移除{name}', coveredAlready: '已经包含在列出的地区里。',
  rightNone: '还没有填写', save: '保存', saving: '正在保存…', saved: '已保存。', unsaved: '有 {n} 项没有保存', leave: '修改还没有保存，确定离开吗？', conditionHint: '您改动了备案条件。保存后请向主管部门报告，并在变更记录里登记报告日期。',
  papers: '证照与证明材料', changes: '变更记录', changesHint: '每次保存都有记录，不能删除。', noChanges: '还没有变更。', conditionMark: '（备案条件）',
  unreported: '需要上报', reportAsk: '登记上报日期', reportDay: '向主管部门报告的日期', reportSave: '登记', reportKeep: '取消', reportedOn: '已于 {on} 上报', notReported: '撤回登记',
};
