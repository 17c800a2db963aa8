// The review of a course's content before it is used (内容审核, R122): ten classes that must not be in it, each with the regulation it stands in, and the commitment signed with it.
// The requirement speaks of ten classes; the list of its own document is not at hand. The first nine are those of article 15 of 《互联网信息服务管理办法》, which has nine; the tenth is
// class 9 of article 16 of 《互联网视听节目服务管理规定》, whose other nine say much the same as those of article 15. Where the document's own list comes to hand, it goes in here as version 2.
import type { DossierContent } from './dossier.ts';

const information = '《互联网信息服务管理办法》第十五条';
const audiovisual = '《互联网视听节目服务管理规定》第十六条';

export interface ProhibitedClass { id: string; zh: string; en: string; source: string }
const of = (source: string, item: string, id: string, zh: string, en: string): ProhibitedClass => ({ id, zh, en, source: `${source}（${item}）` });
export const prohibitedClasses = [
  of(information, '一', 'constitution', '反对宪法所确定的基本原则的', 'Opposes the basic principles laid down in the constitution'),
  of(information, '二', 'security', '危害国家安全，泄露国家秘密，颠覆国家政权，破坏国家统一的', 'Endangers national security, discloses state secrets, subverts state power or undermines national unity'),
  of(information, '三', 'honour', '损害国家荣誉和利益的', 'Harms the honour and interests of the country'),
  of(information, '四', 'ethnic', '煽动民族仇恨、民族歧视，破坏民族团结的', 'Incites ethnic hatred or discrimination, or undermines ethnic unity'),
  of(information, '五', 'religion', '破坏国家宗教政策，宣扬邪教和封建迷信的', 'Undermines the policy on religion, or promotes cults and superstition'),
  of(information, '六', 'rumour', '散布谣言，扰乱社会秩序，破坏社会稳定的', 'Spreads rumours, disturbs public order or undermines stability'),
  of(information, '七', 'obscenity', '散布淫秽、色情、赌博、暴力、凶杀、恐怖或者教唆犯罪的', 'Spreads obscenity, gambling, violence, murder or terror, or abets crime'),
  of(information, '八', 'insult', '侮辱或者诽谤他人，侵害他人合法权益的', 'Insults or defames others, or infringes their rights'),
  of(information, '九', 'otherLaw', '含有法律、行政法规禁止的其他内容的', 'Contains anything else that laws and regulations prohibit'),
  of(audiovisual, '九', 'morals', '危害社会公德，损害民族优秀文化传统的', 'Harms public morals or fine cultural traditions'),
] as const;
export const prohibitedClassIds = prohibitedClasses.map(({ id }) => id);

/** What the reviewer found of one class; `note` says what and where, and is needed where it is not clean. */
export interface ClassFinding { classId: string; clean: boolean; note: string }
export const findingLimits = { note: 1000 } as const;

/** Every class once, and a reason where something was found. */
export const findingsSound = (findings: readonly ClassFinding[]): boolean =>
  findings.length === prohibitedClassIds.length && prohibitedClassIds.every((id) => findings.some(({ classId }) => classId === id)) && findings.every(({ clean, note }) => clean || note.trim() !== '');
export const allClean = (findings: readonly ClassFinding[]): boolean => findings.every(({ clean }) => clean);

/** What is signed, by version: a wording that was signed is never changed. */
export const commitments = {
  1: {
    zh: '本人已审看该课程的全部文字资料和课件，逐项核对十类禁止内容，审核结论属实。本人承诺：课程内容变更后重新审核；审核不实的，依法承担责任。',
    en: 'I have looked through all texts and courseware of this course and checked each of the ten prohibited classes; what I found is stated truthfully. I undertake to have it reviewed again once its content changes, and answer for a false review as the law provides.',
  },
} as const;
export const commitmentVersion = 1;

export interface ReviewedFile { coursewareId: string; title: string; sha256: string }
/** What a review covers: texts and files; not the price, the period or who teaches. The same again is the same review. */
export function reviewedPart(content: DossierContent, files: readonly ReviewedFile[]): Record<string, unknown> {
  const { title, audience, overview, outline, flow, assessmentPlan, resourceNote, plan } = content;
  return {
    title, audience, overview, outline, flow, assessmentPlan, resourceNote, plan: plan.map(({ title: unit, keyPoints }) => ({ unit, keyPoints })),
    files: files.toSorted((one, other) => (one.coursewareId < other.coursewareId ? -1 : 1)).map(({ coursewareId, sha256 }) => ({ coursewareId, sha256 })),
  };
}
