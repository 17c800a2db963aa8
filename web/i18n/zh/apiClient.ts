// Texts of programs that read an institution's data, and of the pages that tell how.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '让本机构自己的系统（如教务、人事系统）自动读取课次、学时、证书和事实记录。只能读取，不能改动，也读不到姓名和证件号码。',
  none: '还没有允许任何程序读取。', add: '允许一个程序读取', name: '程序名称', nameHint: '自己看的名字，如“集团人事系统”。', missing: '请填写这一项。',
  scopes: '允许它读取', scopesMissing: '请至少选一项。',
  scope: { lessons_read: '课次', ledger_read: '学时台账', certificates_read: '证书', events_read: '事实记录' },
  scopeHint: { lessons_read: '班级、名称、时间、状态。', ledger_read: '每名学员每节课的计入时长、答题情况和适用规则。', certificates_read: '证书编号、指纹、发证和作废。', events_read: '按发生顺序的全部事实，可以接着上次读到的地方继续。' },
  rate: '每分钟最多请求次数', rateHint: '一般 120 次足够，最多 6000 次。', rateWrong: '请填 1 到 6000 的整数。',
  save: '生成密钥', saving: '正在生成…', cancel: '取消', secretTitle: '已生成，请把编号和密钥交给程序的负责人', secretText: '密钥只显示这一次，关掉后就看不到了；丢了只能停用后重新生成。',
  id: '编号', secret: '密钥', copy: '复制密钥', copied: '已复制', secretDone: '我已经记下',
  active: '使用中', ended: '已停用', upTo: '每分钟最多 {n} 次', madeBy: '{who} 于 {at} 生成', lastUsed: '最近使用：{at}', neverUsed: '还没有用过', endedAt: '{at} 停用',
  end: '停用', endQuestion: '停用后，这个程序马上读不到任何数据，而且不能恢复。确定停用吗？', endSure: '停用', docs: '接口说明（给程序开发人员）',
};
