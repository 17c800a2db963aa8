// Texts of the subsidy file of a cohort.
import type { SubsidyState } from '#domain/paper/subsidy.ts';
import type { Texts } from '../gather.ts';

const state: Record<SubsidyState, string> = { waiting: '排队中', making: '正在生成', ready: '可以下载', failed: '没有生成，请再试一次', gone: '已到期删除' };

export const texts: Texts = {
  state, title: '补贴申报材料', intro: '一个压缩包：开班申请表、学员名册、台账、考勤、学时清单、核验、答题、考试、证书、规则和线下签到表，每个文件都有散列值，改动一个字节也能查出。',
  notice: '里面有完整的证件号码。生成后保留 24 小时；每名学员可以看到是谁、为什么打开了号码。', make: '生成补贴申报材料', sure: '确定生成', cancel: '取消', making: '正在生成',
  download: '下载压缩包', until: '保留到 {at}', of: '{at} · {name}', learners: '{n} 名学员', manifest: '清单散列（SHA-256）', none: '还没有生成过。',
};
