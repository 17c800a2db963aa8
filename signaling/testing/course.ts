// Courses for tests: a dossier that lacks nothing, its instructor, a review by somebody who did not write it.
import type { DossierDetail, ReviewState } from '#contracts/course.ts';
import type { Instructor } from '#contracts/instructor.ts';
import { prohibitedClassIds } from '#domain/course/content-review.ts';
import { emptyDossier, type DossierContent } from '#domain/course/dossier.ts';
import type { PlanRow } from '#domain/course/hours-plan.ts';
import type { Credential } from '#domain/course/instructor.ts';
import { newId } from '#domain/id.ts';
import { addBankQuestion } from './exam.ts';
import type { HttpWorld, Known } from './http-world.ts';
import type { School } from './school.ts';

export const welderPapers: Credential = { kind: 'certificate', level: '3', name: '焊工', number: 'Z-1', occupationName: '焊工', occupationCode: '6-18-02-04', validUntil: null };
export const instructorContent = {
  name: '周建国', trade: '焊接', rank: '高级技师', phone: '13800000000', email: 'z@example.cn', history: '二十年', awards: '市级技能竞赛一等奖', credentials: [welderPapers], personId: null,
};
export const instructorBody = (school: Pick<School, 'institutionId'>, change: object = {}) => ({ institutionId: school.institutionId, ...instructorContent, ...change });
export async function addTestInstructor(world: HttpWorld, school: School, change: object = {}): Promise<Instructor> {
  const response = await world.call('POST /api/instructors', school.scheduler, { payload: instructorBody(school, change) });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<Instructor>();
}

export const planRow = (change: Partial<PlanRow> = {}): PlanRow => ({
  rowId: newId(), title: '焊接安全总则', keyPoints: '三条要点', content: 'theory', way: 'online', form: 'live', publicSubject: false, minutes: 45, instructorId: null, knowledgePoint: 'fire', ...change,
});
/** 24 units, half of them online, twelve of public subjects. */
export const wholePlan = (): PlanRow[] => Array.from({ length: 24 }, (_one, at) => planRow({ publicSubject: at < 12, way: at < 12 ? 'online' : 'offline' }));
export const wholeContent = (instructorIds: string[], change: Partial<DossierContent> = {}): DossierContent => ({
  ...emptyDossier('焊工（初级）'), standardKind: 'national', standardName: '国家职业技能标准 焊工', occupationName: '焊工', occupationCode: '6-18-02-04', level: '5', programme: 'skill', owner: '学校', user: '学校',
  audience: '初学者', overview: '概述', outline: '大纲', flow: '流程', assessmentPlan: '考核', resourceKinds: ['video'], source: 'own', trainingForms: ['live', 'offline'], evaluation: 'completion', charge: 'free',
  instructorIds, plan: wholePlan(), ...change,
});

/** A new course of the school with a draft that lacks its review alone. */
export async function draftCourse(world: HttpWorld, school: School, change: Partial<DossierContent> = {}): Promise<DossierDetail> {
  const made = (await world.call('POST /api/courses', school.scheduler, { payload: { institutionId: school.institutionId, title: '焊工' } })).json<DossierDetail>();
  const { instructorId } = await addTestInstructor(world, school);
  await addBankQuestion(world, { ...school, courseId: made.courseId, teacher: school.scheduler }, 'single');
  const response = await world.call(`PUT /api/courses/${made.courseId}/dossier`, school.scheduler, { payload: { revision: made.revision, content: wholeContent([instructorId], change) } });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<DossierDetail>();
}

export const cleanFindings = (found: Record<string, string> = {}) => prohibitedClassIds.map((classId) => ({ classId, clean: !(classId in found), note: found[classId] ?? '' }));
/** Answers as the route does. A second passes, so that the newest of two is the later one. */
export async function reviewCourse(world: HttpWorld, courseId: string, reviewer: Known, signature: string, change: object = {}) {
  world.clock.pass(1000);
  const { contentSha256 } = (await world.call(`GET /api/courses/${courseId}/content-reviews`, reviewer)).json<ReviewState>();
  return world.call(`POST /api/courses/${courseId}/content-reviews`, reviewer, { payload: { contentSha256, findings: cleanFindings(), note: '', commitmentVersion: 1, signature, ...change } });
}

/** Handed in, reviewed by the teacher of that name. */
export async function submittedCourse(world: HttpWorld, school: School, reviewer = 'School teacher'): Promise<DossierDetail> {
  const { courseId, revision } = await draftCourse(world, school);
  await reviewCourse(world, courseId, school.teacher, reviewer);
  const response = await world.call(`POST /api/courses/${courseId}/dossier/submission`, school.scheduler, { payload: { revision } });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<DossierDetail>();
}
