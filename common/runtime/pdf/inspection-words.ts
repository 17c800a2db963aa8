// Words of an inspection's report on paper, in both languages.
import type { EvidenceKind, FindingState, ReplyKind, Severity } from '#domain/inspection/finding.ts';
import type { InspectionState, Risk } from '#domain/inspection/inspection.ts';
import type { Words } from './ledger-words.ts';

const words = (zh: string, en: string): Words => ({ zh, en });

export const severityWords: Record<Severity, Words> = { minor: words('轻微', 'minor'), major: words('较重', 'major'), critical: words('严重', 'critical') };
export const riskWords: Record<Risk, Words> = { high: words('风险高', 'high risk'), middle: words('风险中', 'middle risk'), low: words('风险低', 'low risk') };
export const findingStateWords: Record<FindingState, Words> = { open: words('等待机构答复', 'to be answered'), answered: words('已答复，等待核实', 'answered, to be judged'), returned: words('退回，须再答复', 'returned'), accepted: words('已整改', 'accepted'), withdrawn: words('已撤销', 'withdrawn') };
export const inspectionStateWords: Record<InspectionState, Words> = { sealed: words('已封存种子，未抽取', 'sealed, not drawn'), drawn: words('已抽取，检查中', 'drawn'), handed: words('已交机构整改', 'handed over'), closed: words('已办结', 'closed') };
export const replyWords: Record<ReplyKind, Words> = { answer: words('机构答复', 'Answer'), accepted: words('核实通过', 'Accepted'), returned: words('退回', 'Returned'), withdrawn: words('撤销', 'Withdrawn') };
export const evidenceWords: Record<EvidenceKind, Words> = {
  recording: words('录像', 'recording'), face_check: words('人脸核验', 'face check'), sign_in: words('签到', 'sign-in'), quiz: words('随堂提问', 'question'), gap: words('录制中断', 'gap in the recording'), presence: words('人数变化', 'presence'),
  courseware: words('课件', 'courseware'), other: words('其他', 'other'),
};
export const reportWords = {
  title: words('录像抽查报告', 'Report of an inspection of recordings'), name: words('抽查名称', 'Inspection'), standing: words('状态', 'State'), kind: words('方式', 'Kind'), announced: words('事先告知', 'announced'), unannounced: words('不事先告知', 'unannounced'),
  institutions: words('培训机构', 'Institutions'), scope: words('抽查范围', 'Scope'), allCourses: words('全部课程', 'all courses'), allCohorts: words('全部班级', 'all cohorts'), inspector: words('检查人', 'Inspector'), wanted: words('要抽 / 抽到', 'Wanted / drawn'),
  findings: words('发现问题', 'Findings'), due: words('整改期限', 'Deadline'), sealedAt: words('封存种子', 'Sealed'), drawnAt: words('抽取', 'Drawn'), handedAt: words('交机构', 'Handed over'), closedAt: words('办结', 'Closed'),
  number: words('序号', 'No.'), recording: words('录像（依据）', 'Recording (evidence)'), when: words('时间', 'Time'), found: words('发现的问题与答复', 'Finding and answers'), severity: words('程度', 'Severity'), state: words('状态', 'State'),
  unit: words('第 {n} 课时', 'Unit {n}'), changed: words('文件与抽取时不同，或已不再公开', 'The file is another one than was drawn, or is no longer shown'), looked: words('已查看', 'watched'), notLooked: words('未查看', 'not watched'), clean: words('没有发现问题', 'nothing found'),
  until: words('限 {at} 前', 'by {at}'), seedHash: words('抽取前公布的种子 SHA-256：', 'SHA-256 of the seed, published before the draw:'), seed: words('种子：', 'Seed:'), ownWords: words('检查人抽取时加入的文字：', 'What the inspector added when drawing:'),
  population: words('总体名单 {n} 份录像（另有 {m} 个课时没有公开的录像），名单 SHA-256：', 'List of {n} recordings (and {m} units without a film that is shown), SHA-256 of the list:'),
  redraw: words('任何人都可以用种子、加入的文字和名单重新抽取：方法写在系统的“怎样重新抽取”中，结果必须与本表一致。', 'Anybody can draw again from seed, added words and list, as the page tells under “How to draw again”; the result must be that of this table.'),
  closing: words('办结意见：', 'At the end:'), made: words('制表时间 {at}（北京时间）', 'Made {at} (Beijing time)'), signInspector: words('检查人签名：', 'Signature of the inspector:'), signInstitution: words('机构盖章：', 'Seal of the institution:'),
} as const;
