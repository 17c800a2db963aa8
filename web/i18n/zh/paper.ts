// Texts of statutory papers: choosing one, what is still missing in it, taking it along as a file.
import type { PaperFormat, PaperKind } from '#domain/paper/paper.ts';
import type { Texts } from '../gather.ts';

const kind: Record<PaperKind, string> = { platform: '平台信息表', course: '课程信息表', application: '开班申请表', weekly: '企业备案周报表', annual: '年度报告', technical: '技术说明' };
const hint: Record<PaperKind, string> = {
  platform: '机构资料、技术条件逐项、课程清单。', course: '一门课程的资料、授课人、课时安排。', application: '一个班的项目、安排、授课人和学员名册。', weekly: '各企业本周备案人数，每周一 16:00 前报上一周。', annual: '一年的培训情况，年底前报送；两类都有的各报一份。', technical: '身份确认、过程监管、考核、存档的技术手段。',
};
const format: Record<PaperFormat, string> = { pdf: 'PDF（打印）', xlsx: 'Excel 表格', docx: 'Word 文档' };

export const texts: Texts = {
  kind, hint, format,
  intro: '由平台里的数据自动填写，同一个数字在每种文件里都一样。数据里没有的，用红字写明，不会编造。', choose: '选择材料', which: { course: '课程', application: '班级' }, week: '从哪个星期一开始的一周', none: { course: '还没有课程。', application: '还没有班级。' },
  year: '年度', part: { vocational: '职业技能类', entrepreneurship: '创业类' }, whichPart: '哪一类', notMonday: '请选择星期一。', countsNone: '没有缺项。', count: { missing: '缺 {n} 项', unmet: '未达到 {n} 项', toState: '由机构说明 {n} 项' }, counts: '{list}。{mend}', mend: '点红字可以去补充。', asOf: '数据时间 {at}（北京时间）', sources: '依据：{sources}',
  download: '下载', masked: '公示版（隐去部分号码）', full: '上报版（号码完整）', fullHint: { application: '上报版含完整证件号码。每次下载都有记录，学员本人可以看到是谁、为什么打开。', course: '上报版含授课人的电话和邮箱。' }, downloading: '正在生成……', done: '已下载：{name}',
};
