// An exam being made: fields to body and back, and what keeps it from being saved.
import { describe, expect, it } from 'vitest';
import type { ExamDetail } from '#contracts/exam.ts';
import { freshBody, freshPart, readSketch, sketchOf, sumOf, type ExamSketch } from './exam-sketch.ts';

const course = '01890000-0000-7000-8000-000000000001';
const follows = { kind: 'course', courseId: course } as const;
const now = Date.parse('2026-03-02T01:10:00.000Z');
const body = freshBody(' 结业考试 ', follows, ['c1'], now);
const detailOf = (given: Partial<ExamDetail> = {}): ExamDetail => ({ ...body, fixedQuestions: [], ...given }) as ExamDetail;
const sketch = (given: Partial<ExamSketch> = {}): ExamSketch => ({ ...sketchOf(detailOf()), ...given });

describe('a new exam', () => {
  it('opens at a full hour to come, for a week, and is read back as it was', () => {
    expect([body.title, body.opensAt, body.closesAt]).toEqual(['结业考试', '2026-03-02T02:00:00.000Z', '2026-03-09T02:00:00.000Z']);
    expect(sketchOf(detailOf())).toMatchObject({ opensDay: '2026-03-02', opensTime: '10:00', closesDay: '2026-03-09', closesTime: '10:00' });
    expect(readSketch(sketch(), follows)).toEqual({ body, wrong: {} });
  });
  it('keeps rules, fixed questions and free text', () => {
    const parts = [{ courseId: course, kinds: ['single' as const], knowledgePoint: null, leastDifficulty: 1, mostDifficulty: 3, count: 5, pointsEach: 2 }];
    const freeText = [{ taskId: 't', prompt: '为什么？', guidance: '', points: 10 }];
    const detail = detailOf({ parts, freeText, fixed: [{ questionId: 'q', points: 3 }], fixedQuestions: [{ questionId: 'q', kind: 'multiple', stem: '哪些？', retired: false }] });
    const shown = sketchOf(detail);
    expect(shown.fixed).toEqual([{ questionId: 'q', points: 3, kind: 'multiple', stem: '哪些？', retired: false }]);
    expect(sumOf(shown)).toEqual({ questions: 7, points: 23 });
    expect(readSketch(shown, follows).body).toMatchObject({ parts, freeText, fixed: [{ questionId: 'q', points: 3 }] });
  });
  it.each<[string, Partial<ExamSketch>]>([
    ['title', { title: '  ' }], ['cohorts', { cohortIds: [] }], ['parts', { parts: [{ ...freshPart(course), count: '' }] }], ['parts', { parts: [{ ...freshPart(course), leastDifficulty: 4, mostDifficulty: 2 }] }],
    ['fixed', { fixed: [{ questionId: 'q', kind: 'single', stem: '', retired: false, points: 0 }] }], ['freeText', { freeText: [{ taskId: 't', prompt: ' ', guidance: '', points: 5 }] }],
    ['opens', { opensDay: '2026-02-30' }], ['closes', { closesDay: '2026-03-02', closesTime: '10:00' }], ['closes', { closesDay: '2027-03-10' }], ['duration', { durationMinutes: 0 }], ['duration', { durationMinutes: 1.5 }],
    ['pass', { passPercent: 101 }], ['attempts', { attempts: '' }], ['wait', { waitMinutes: -1 }],
  ])('is not saved while %s is wrong', (field, given) => {
    expect(readSketch(sketch(given), follows)).toEqual({ body: null, wrong: { [field]: true } });
  });
});
