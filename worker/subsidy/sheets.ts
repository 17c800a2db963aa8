// Tables of the subsidy file: roster with whole document numbers as text, attendance, checks, answers, exams, certificates.
import { shanghaiTime } from '#domain/day.ts';
import { minutesOf, share } from '#domain/attendance.ts';
import type { Verdict } from '#domain/check.ts';
import type { AttemptResult } from '#domain/exam.ts';
import { categoryWords, documentWords, formWords } from '#domain/paper/paper-words.ts';
import type { PrintedCertificate } from '#domain/certificate.ts';
import type { RosterPerson } from '#db/queries/paper-facts.ts';
import type { AnswerRow, AttemptLine, AttendanceRow, CheckRow, OnSiteRow } from '#db/queries/subsidy-rows.ts';
import type { Cell, Sheet } from '../ledger/workbook.ts';

const text = (value: string | null): Cell => ({ kind: 'text', value });
const count = (value: number | null): Cell => ({ kind: 'count', value });
const minutes = (ms: number): Cell => ({ kind: 'minutes', value: minutesOf(ms) });
const time = (at: string | null): Cell => text(at && shanghaiTime(new Date(at)));
const yes = (is: boolean | null): Cell => text(is === null ? null : is ? '是' : '否');

const verdictWords: Record<Verdict, string> = {
  matched: '一致', mismatched: '不一致', no_face: '没有人脸', several_faces: '多张人脸', poor_quality: '画面不清', review: '待人工确认', missed: '错过', refused: '拒绝', confirmed_by_person: '人工确认', not_seen: '人工未见本人', missed_look: '未等到人工确认', confirmed_by_code: '手机验证码确认',
};
const whereWords = { class: '课堂', replay: '回放', exam: '考试' } as const;
const resultWords: Record<AttemptResult, string> = { passed: '通过', failed: '未通过', annulled: '不计', held: '等待确认', to_mark: '等待批阅', open: '未交卷' };

interface Column<Row> { heading: string; width: number; cell: (row: Row, at: number) => Cell }
const column = <Row>(heading: string, width: number, cell: Column<Row>['cell']): Column<Row> => ({ heading, width, cell });
const sheetOf = <Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): Sheet => ({
  name, headings: columns.map(({ heading }) => heading), widths: columns.map(({ width }) => width), rows: [rows.map((row, at) => columns.map(({ cell }) => cell(row, at)))],
});

export const rosterSheet = (rows: readonly RosterPerson[]): Sheet => sheetOf<RosterPerson>('学员名册', [
  column('序号', 8, (_row, at) => count(at + 1)), column('姓名', 14, ({ learner }) => text(learner.name)), column('证件类型', 18, ({ learner }) => text(learner.documentKind && documentWords[learner.documentKind])),
  column('证件号码', 24, ({ learner }) => text(learner.number ?? '【缺】未实名登记')), column('手机（隐去部分）', 16, ({ learner }) => text(learner.phoneMask)), column('学员类别', 20, ({ learner }) => text(learner.category && categoryWords[learner.category])),
  column('工作单位', 28, ({ learner }) => text(learner.employer?.trim() || learner.client)), column('报名日期', 12, ({ learner }) => text(learner.enrolledOn)),
], rows);

export const attendanceSheet = (rows: readonly AttendanceRow[]): Sheet => sheetOf<AttendanceRow>('考勤明细', [
  column('课次', 24, (row) => text(row.lesson)), column('上课时间', 18, (row) => time(row.startsAt)), column('方式', 8, (row) => text(formWords[row.kind])), column('地点', 18, (row) => text(row.place)), column('姓名', 14, (row) => text(row.name)), column('签到', 18, (row) => time(row.joinedAt)), column('离开', 18, (row) => time(row.leftAt)),
  column('应学分钟', 10, (row) => minutes(row.heldMs)), column('直播计入分钟', 12, (row) => minutes(row.liveMs)), column('回放补学分钟', 12, (row) => minutes(row.madeUpMs)), column('其中更正计入分钟', 14, (row) => minutes(row.correctedMs)),
  column('更正扣除分钟', 12, (row) => minutes(row.takenBackMs)), column('其中线下计入分钟', 14, (row) => minutes(row.offlineMs)), column('到课率', 10, (row) => ({ kind: 'share', value: share(row.liveMs + row.madeUpMs, row.heldMs) })), column('规则', 16, (row) => text(row.rulePack)), column('数据时间', 18, (row) => time(row.asOf)),
], rows);

export const checkSheet = (rows: readonly CheckRow[]): Sheet => sheetOf<CheckRow>('身份核验记录', [
  column('时间', 18, (row) => time(row.askedAt)), column('姓名', 14, (row) => text(row.name)), column('课次或考试', 24, (row) => text(row.what)), column('场合', 8, (row) => text(whereWords[row.where])), column('类型', 10, (row) => text(row.kind === 'sign_in' ? '签到' : '抽查')),
  column('方式', 12, (row) => text(row.way === 'face' ? '人脸' : '手机验证码和人工')), column('第几次', 8, (row) => count(row.attempt)), column('应答', 18, (row) => time(row.answeredAt)), column('系统结果', 16, (row) => text(row.verdict && verdictWords[row.verdict])),
  column('计为', 16, (row) => text(row.counted ? verdictWords[row.counted] : '待定')), column('经人工复核', 12, (row) => yes(row.decided)), column('计入', 8, (row) => yes(row.last)),
], rows);

export const onSiteSheet = (rows: readonly OnSiteRow[]): Sheet => sheetOf<OnSiteRow>('线下签到记录', [
  column('课次', 24, (row) => text(row.lesson)), column('地点', 18, (row) => text(row.place)), column('姓名', 14, (row) => text(row.name)), column('到场', 18, (row) => time(row.from)), column('离场', 18, (row) => time(row.to)),
  column('在场分钟', 10, (row) => minutes(Date.parse(row.to) - Date.parse(row.from))), column('手机签到', 18, (row) => time(row.signedIn)), column('手机签退', 18, (row) => time(row.signedOut)), column('登记人', 14, (row) => text(row.keptBy)), column('登记时间', 18, (row) => time(row.keptAt)), column('签到表文件（SHA-256）', 68, (row) => text(row.sheet)),
], rows);

export const answerSheet = (rows: readonly AnswerRow[]): Sheet => sheetOf<AnswerRow>('答题记录', [
  column('时间', 18, (row) => time(row.askedAt)), column('姓名', 14, (row) => text(row.name)), column('课次', 24, (row) => text(row.lesson)), column('场合', 8, (row) => text(whereWords[row.where])), column('题目', 50, (row) => text(row.question)),
  column('作答时间', 18, (row) => time(row.answeredAt)), column('答对', 8, (row) => (row.correct === null ? text('未作答') : yes(row.correct))),
], rows);

export const examSheet = (rows: readonly AttemptLine[]): Sheet => sheetOf<AttemptLine>('考试成绩', [
  column('姓名', 14, (row) => text(row.name)), column('考试', 30, (row) => text(row.exam)), column('第几次', 8, (row) => count(row.number)), column('开始', 18, (row) => time(row.startedAt)), column('交卷', 18, (row) => time(row.submittedAt)),
  column('得分', 8, (row) => count(row.points)), column('满分', 8, (row) => count(row.maxPoints)), column('结果', 12, (row) => text(resultWords[row.result])),
], rows);

export const certificateSheet = (rows: readonly PrintedCertificate[]): Sheet => sheetOf<PrintedCertificate>('证书清单', [
  column('证书编号', 24, (row) => text(row.serial)), column('姓名', 14, (row) => text(row.name)), column('证件号码（隐去部分）', 24, (row) => text(row.numberMask)), column('课程', 24, (row) => text(row.course)), column('课时', 8, (row) => count(row.units)),
  column('分钟', 10, (row) => count(row.minutes)), column('发证日期', 12, (row) => text(row.issuedOn)),
], rows);
