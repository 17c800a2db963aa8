// Ten classes, each asked and each with its source; and what a review covers (R122).
import { describe, expect, it } from 'vitest';
import { findingsSound, prohibitedClasses, prohibitedClassIds, reviewedPart } from './content-review.ts';
import { emptyDossier } from './dossier.ts';

const clean = () => prohibitedClassIds.map((classId) => ({ classId: String(classId), clean: true, note: '' }));

it('asks ten classes, none twice, each with where it stands', () => {
  expect(new Set(prohibitedClassIds).size).toBe(10);
  expect(prohibitedClasses.filter(({ source }) => source.startsWith('《互联网信息服务管理办法》第十五条'))).toHaveLength(9);
});

describe('findingsSound', () => {
  it('wants every class once, and a word where something was found', () => {
    expect(findingsSound(clean())).toBe(true);
    expect(findingsSound(clean().slice(1))).toBe(false);
    expect(findingsSound([...clean().slice(1), clean()[1]!])).toBe(false);
    expect(findingsSound(clean().map((one, at) => (at === 3 ? { ...one, clean: false } : one)))).toBe(false);
    expect(findingsSound(clean().map((one, at) => (at === 3 ? { ...one, clean: false, note: '第 4 页' } : one)))).toBe(true);
  });
});

describe('reviewedPart', () => {
  const file = (coursewareId: string, sha256 = 'a') => ({ coursewareId, title: coursewareId, sha256 });
  it('changes with texts and files, not with price, names of files or their order', () => {
    const content = emptyDossier('焊工');
    const before = JSON.stringify(reviewedPart(content, [file('1'), file('2')]));
    expect(JSON.stringify(reviewedPart({ ...content, priceFen: 100, owner: 'x' }, [{ ...file('2'), title: 'new' }, file('1')]))).toBe(before);
    expect(JSON.stringify(reviewedPart({ ...content, outline: 'x' }, [file('1'), file('2')]))).not.toBe(before);
    expect(JSON.stringify(reviewedPart(content, [file('1'), file('2', 'b')]))).not.toBe(before);
    expect(JSON.stringify(reviewedPart(content, [file('1')]))).not.toBe(before);
  });
});
