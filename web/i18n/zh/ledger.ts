// Texts of the ledger.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '每位学员的签到、核验、学时、答题和考试都在这里，自动计算，随上课实时更新。', institution: '机构', cohort: '班级', allCohorts: '全部班级', course: '课程', allCourses: '全部课程', search: '查找姓名或账号', sort: '排序',
  sorts: { name: '按姓名', attendanceUp: '到课率从低到高', attendanceDown: '到课率从高到低', accuracyUp: '正确率从低到高', accuracyDown: '正确率从高到低' },
  filter: { all: '全部', attendanceLow: '到课率低于 {n}%', accuracyLow: '正确率低于 {n}%', unsettled: '有待处理' }, filters: '筛选', updating: '正在更新…',
  found: '共 {n} 人次', sums: '到课率 {attendance}，正确率 {accuracy}', asOf: '数据时间：最早 {at}', nothing: '没有符合条件的学员。', clear: '显示全部', emptyTitle: '还没有学员', empty: '班级有学员报名后，会自动出现在这里。', none: '您现在没有可以查看的台账。', list: '学员台账',
  column: { learner: '学员', cohort: '班级', attendance: '到课率', minutes: '学时（分钟）', accuracy: '正确率', answers: '答题', checks: '身份核验', exams: '考试', certificate: '证书', unsettled: '待处理', asOf: '数据时间' },
  minutesWord: '{done} / {held}', madeUpWord: '其中补学 {n}', answersWord: '答对 {correct} / 提问 {asked}', checksWord: '通过 {passed} / {asked}', checksBad: '未通过 {failed}，错过 {missed}', checksPending: '待定 {n}', cameWord: '签到 {came} / {lessons} 节', unsettledN: '{n} 项',
  examWord: '通过 {passed} / {all} 场', exam: { passed: '已通过', failed: '未通过', annulled: '不计', held: '等待确认', to_mark: '等待批阅', open: '未交卷', none: '未参加' }, noExam: '没有考试', noCertificate: '未发证',
  left: '已退班 {at}', details: '查看明细', noIdentity: '未实名登记',
  export: { open: '导出', title: '导出台账', text: '按现在的筛选和排序，导出全部 {n} 行。文件保留 24 小时，只有您能下载。', xlsx: 'Excel 文件（XLSX）', csv: 'CSV 文件', pdf: '台账 PDF（打印）', hours: '每人学时清单 PDF', tooLong: 'PDF 最多 {pdf} 人，每人清单最多 {hours} 人，请先筛选班级。', making: '正在生成…', waiting: '排队中…', left: '大约还要 {n} 秒', leftMinutes: '大约还要 {n} 分钟', ready: '已生成，{rows} 行，{size}', download: '下载', failed: '没有生成成功，请再试一次。', gone: '已过期', close: '收起' },
  one: {
    title: '全部学时统计清单', institution: '培训机构', learner: '学员', number: '证件号码', phone: '手机', course: '课程', cohort: '班级', enrolled: '报名日期', print: '打印', pdf: '下载 PDF', back: '返回台账', lesson: '课程与课时', date: '日期', teacher: '教师', joined: '进入 – 离开', notCame: '没有来', unit: '第 {n} 课时', held: '应学', live: '直播计入', madeUp: '补学', attendance: '到课率',
    checks: '核验', answers: '答题', sum: '合计', unsettled: '待处理 {n} 项', spans: '每段时间的原因', empty: '还没有上过课。', rules: '计算规则', exams: '考试', certificate: '证书',
    rulesText: '规则 {pack}。到课率＝（直播计入＋回放补学）÷ 应学，低于 {attendance}% 为不足；因教师或平台中断的时间不算应学，每一刻只计一次。正确率＝答对 ÷ 提问，低于 {accuracy}% 为不足。分钟保留一位小数，只舍不入。',
    asOf: '数据时间 {at}，打印时间 {now}', signature: '机构盖章', learnerSign: '学员签名', list: '我的学时清单', open: '查看全部学时统计清单',
  },
};
