// Scores as pictures and pages.
import { describe, expect, it } from 'vitest';
import type { ScoreRow } from '#contracts/exam.ts';
import { pageOf, rowsPerPage, spreadOf } from './score-view.ts';

const row = (name: string, result: ScoreRow['result'], share: number | null = null, cohortId = 'c1'): ScoreRow => ({
  personId: name, name, login: `login-${name}`, cohortId, cohortTitle: cohortId, attempts: [], result,
  best: share === null ? null : { attemptId: name, number: 1, status: 'submitted', startedAt: null, submittedAt: null, submitReason: 'self', points: 0, maxPoints: 1, share, result: share >= 0.6 ? 'passed' : 'failed' },
});

describe('spread', () => {
  it('puts every share in its column, the full score in the last, and those without one in none', () => {
    expect(spreadOf([0, 0.05, 0.1, 0.599, 0.6, 0.7, 0.3, 0.9, 1].map((share) => row('x', 'failed', share)).concat(row('y', 'none'), row('z', 'to_mark')))).toEqual([2, 1, 0, 1, 0, 1, 1, 1, 0, 2]);
  });
});

describe('pages', () => {
  const rows = [row('王强', 'passed', 0.8), row('Li', 'failed', 0.2), row('陈', 'to_mark'), row('赵', 'held', null, 'c2'), row('钱', 'none'), row('孙', 'annulled')];
  const names = (...given: [Parameters<typeof pageOf>[1], string, string]): string[] => pageOf(rows, ...given, 1).rows.map(({ name }) => name);
  it('narrows by how it came out, by name or login, and by cohort', () => {
    expect(names('all', '', '')).toHaveLength(6);
    expect(names('failed', '', '')).toEqual(['Li', '孙']);
    expect(names('waiting', '', '')).toEqual(['陈', '赵']);
    expect(names('waiting', '', 'c2')).toEqual(['赵']);
    expect(names('all', ' LOGIN-li ', '')).toEqual(['Li']);
    expect(names('none', '王', '')).toEqual([]);
  });
  it('never shows a page that is not there', () => {
    const many = Array.from({ length: rowsPerPage + 1 }, (_, index) => row(`p${index}`, 'none'));
    expect(pageOf(many, 'all', '', '', 9)).toMatchObject({ total: rowsPerPage + 1, pages: 2, page: 2, rows: [{ name: `p${rowsPerPage}` }] });
    expect(pageOf([], 'all', '', '', 3)).toEqual({ rows: [], total: 0, pages: 1, page: 1 });
  });
});
