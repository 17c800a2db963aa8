// What keeps a dossier from being handed in: each demand, at its limit and one beside it (R36, R38 to R43, R50, R51, R122, R134, R151).
import { describe, expect, it } from 'vitest';
import { defaultPack, packById } from '../rules/packs.ts';
import { emptyDossier, type DossierContent } from './dossier.ts';
import type { PlanRow } from './hours-plan.ts';
import type { Credential } from './instructor.ts';
import { blocking, problemsOf, type DossierFacts, type Problem } from './validation.ts';

const welder: Credential = { kind: 'certificate', level: '3', name: '焊工', number: '1', occupationName: '焊工', occupationCode: '6-18-02-04', validUntil: '2026-03-02' };
const row = (change: Partial<PlanRow> = {}): PlanRow => ({
  rowId: 'r', title: '安全总则', keyPoints: '三条', content: 'theory', way: 'online', form: 'live', publicSubject: false, minutes: 45, instructorId: 'i', knowledgePoint: 'fire', ...change,
});
/** 12 of public subjects, half of all online. */
const plan = (): PlanRow[] => Array.from({ length: 24 }, (_one, at) => row({ publicSubject: at < 12, way: at < 12 ? 'online' : 'offline' }));
const whole = (change: Partial<DossierContent> = {}): DossierContent => ({
  title: '焊工', standardKind: 'national', standardName: '国家职业技能标准 焊工', standardNumber: '', enterpriseName: '', occupationName: '焊工', occupationCode: '6-18-02-04', level: '5', programme: 'skill',
  owner: '学校', user: '学校', audience: '初学者', overview: '概述', outline: '大纲', flow: '流程', assessmentPlan: '考核', resourceKinds: ['video'], resourceNote: '', source: 'own', sourceNote: '',
  trainingForms: ['live', 'offline'], evaluation: 'completion', charge: 'free', priceFen: null, periodFrom: null, periodUntil: null, instructorIds: ['i'], plan: plan(), ...change,
});
const facts = (change: Partial<DossierFacts> = {}): DossierFacts => ({
  rules: defaultPack.course, unitMinutes: 45, instructors: [{ instructorId: 'i', name: 'A', credentials: [welder] }], questions: new Map([['fire', 1]]), exams: 1, cohorts: 1, proofs: 0, copies: new Set(['i', 'j']), review: 'clean', day: '2026-03-02', ...change,
});
const told = (content: DossierContent, change: Partial<DossierFacts> = {}): Problem[] => problemsOf(content, facts(change));
const codes = (problems: readonly Problem[]): string[] => [...new Set(problems.map(({ code, severity }) => `${severity} ${code}`))];

describe('problemsOf', () => {
  it('finds nothing where nothing is missing', () => {
    expect(told(whole())).toEqual([]);
  });
  it.each<[string, Partial<DossierContent>, string[]]>([
    ['title', { title: ' ' }, ['blocks title_missing']], ['level', { level: null }, ['blocks level_missing']], ['standard', { standardKind: null }, ['blocks standard_missing']],
    ['name of the standard', { standardName: '' }, ['blocks standard_name_missing']], ['enterprise of an enterprise standard', { standardKind: 'enterprise' }, ['blocks enterprise_missing']],
    ['occupation code', { occupationCode: '' }, ['blocks occupation_code_missing']], ['owner', { owner: '' }, ['blocks owner_missing']], ['user', { user: '' }, ['blocks user_missing']],
    ['learners', { audience: '' }, ['blocks audience_missing']], ['overview', { overview: '' }, ['blocks overview_missing']], ['outline', { outline: '' }, ['blocks outline_missing']],
    ['flow', { flow: '' }, ['warns flow_missing']], ['assessment', { assessmentPlan: '\n' }, ['blocks assessment_missing']], ['resources', { resourceKinds: [] }, ['blocks resources_missing']],
    ['source', { source: null }, ['blocks source_missing']], ['proof of imported resources', { source: 'imported' }, ['blocks proof_missing']], ['proof of bought resources', { source: 'bought' }, ['warns proof_missing']],
    ['forms', { trainingForms: [] }, ['blocks forms_missing']], ['evaluation', { evaluation: null }, ['blocks evaluation_missing']], ['charge', { charge: null }, ['blocks charge_missing']],
    ['price and period', { charge: 'paid' }, ['blocks price_missing', 'blocks period_missing']], ['a price above nothing', { charge: 'paid', priceFen: 0, periodFrom: '2026-01-01', periodUntil: '2026-12-31' }, ['blocks price_missing']],
    ['a period that ends before it begins', { periodFrom: '2026-03-02', periodUntil: '2026-03-01' }, ['blocks period_backwards']], ['programme', { programme: null }, ['warns programme_missing']],
    ['plan', { plan: [] }, ['blocks plan_empty']], ['instructors', { instructorIds: [] }, ['blocks instructor_missing', 'warns row_instructor_unknown']],
  ])('misses the %s', (_what, change, expected) => {
    expect(codes(told(whole(change)))).toEqual(expected);
  });
  it('asks for an occupation code of its form, and for none where the list has none', () => {
    for (const code of ['6-18-2-04', '61802-04', '6-18-02-4', 'x-18-02-04']) expect(codes(told(whole({ occupationCode: code })))).toEqual(['blocks occupation_code_form']);
    expect(codes(told(whole({ occupationCode: '', level: 'startup' })))).toEqual([]);
  });
  it('takes 50 % online and not more, and says how much it is (R40)', () => {
    const rows = plan();
    expect(codes(told(whole({ plan: rows })))).toEqual([]);
    rows[12] = { ...rows[12]!, way: 'online' };
    expect(told(whole({ plan: rows }))).toEqual([{ code: 'online_share', severity: 'blocks', field: 'plan', row: null, figures: { online: 13, units: 24, percent: 55, most: 50 }, requirement: 'R40' }]);
    expect(told(whole({ plan: rows }), { rules: packById('tianjin').course })).toEqual([]);
  });
  it('never says 50 of a share that is above it', () => {
    const rows = Array.from({ length: 399 }, (_one, at) => row({ publicSubject: true, way: at < 200 ? 'online' : 'offline' }));
    expect(told(whole({ plan: rows }))[0]?.figures).toMatchObject({ online: 200, percent: 51 });
  });
  it('asks for 12 public hours, counted in the total, and says how many are short (R41)', () => {
    const rows = plan();
    rows[0] = { ...rows[0]!, publicSubject: false };
    expect(told(whole({ plan: rows }))).toMatchObject([{ code: 'public_hours', figures: { n: 11, least: 12, short: 1 }, requirement: 'R41' }]);
    expect(told(whole({ plan: rows }), { rules: packById('lishui').course })).toEqual([]);
  });
  it('points at the row: minutes (R42), key points, questions (R43), practice online (R151)', () => {
    const rows = plan();
    rows[2] = { ...rows[2]!, minutes: 44, keyPoints: '', knowledgePoint: 'ice', content: 'practice', title: '' };
    rows[20] = { ...rows[20]!, knowledgePoint: '', content: 'practice' };
    expect(told(whole({ plan: rows })).map(({ code, row: at, severity }) => [code, at, severity])).toEqual([
      ['row_title_missing', 3, 'blocks'], ['unit_short', 3, 'blocks'], ['key_points_missing', 3, 'blocks'], ['questions_missing', 3, 'blocks'], ['practice_online', 3, 'warns'], ['questions_missing', 21, 'warns'],
    ]);
  });
  it('blocks for an exam once there is a class it could be for (R43)', () => {
    expect(codes(told(whole(), { exams: 0 }))).toEqual(['blocks exam_missing']);
    expect(codes(told(whole(), { exams: 0, cohorts: 0 }))).toEqual(['warns exam_missing']);
  });
  it('wants one qualified instructor, and names how many are not (R38)', () => {
    const old = { ...welder, validUntil: '2026-03-01' };
    expect(codes(told(whole(), { instructors: [{ instructorId: 'i', name: 'A', credentials: [old] }] }))).toEqual(['blocks instructor_none_qualified']);
    const two = [{ instructorId: 'i', name: 'A', credentials: [welder] }, { instructorId: 'j', name: 'B', credentials: [] }];
    expect(told(whole({ instructorIds: ['i', 'j'] }), { instructors: two })).toMatchObject([{ code: 'instructor_unqualified', severity: 'warns', figures: { n: 1 } }]);
    expect(told(whole({ instructorIds: ['i', 'k'] }), { instructors: two })).toMatchObject([{ code: 'instructor_gone', figures: { n: 1 } }]);
  });
  it('calls to mind the copy of a qualification (R51)', () => {
    expect(told(whole(), { copies: new Set() })).toMatchObject([{ code: 'instructor_copy_missing', severity: 'warns', figures: { n: 1 }, requirement: 'R51' }]);
  });
  it('is content with one file of proof, and with nothing but a clean review (R51, R122)', () => {
    expect(codes(told(whole({ source: 'imported' }), { proofs: 1 }))).toEqual([]);
    expect((['none', 'stale', 'findings'] as const).map((review) => codes(told(whole(), { review })))).toEqual([['blocks review_missing'], ['blocks review_stale'], ['blocks review_findings']]);
  });
  it('says of an empty form all that is missing, in its order, and not what hangs on it', () => {
    const problems = told(emptyDossier(''), { review: 'none' });
    expect(problems[0]?.code).toBe('title_missing');
    expect(problems.at(-1)?.code).toBe('review_missing');
    expect(problems.map(({ code }) => code)).not.toContain('enterprise_missing');
    expect(blocking(problems)).toHaveLength(problems.length - 2);
  });
});
