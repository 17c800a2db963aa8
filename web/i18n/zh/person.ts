// Texts of a learner's real-name data as the office of the institution sees them.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  none: '这位学员还没有完成实名登记。',
  reveal: '查看完整信息',
  warning: '每次查看都会记录您的姓名、时间、查看的内容和理由，学员本人能看到，记录不能删改。显示 1 分钟后自动收起。',
  which: '要看哪些',
  noFields: '请至少选择一项。',
  reason: '查看的理由',
  reasonHint: '写清楚用途，例如：向人社局申报补贴时核对身份。',
  noReason: '请写明理由，至少 4 个字。',
  show: '记录并显示',
  hide: '收起',
};
