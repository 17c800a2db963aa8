// Every pack says what it demands and where that stands written; what differs from the default is marked (R62).
import { describe, expect, it } from 'vitest';
import { clauseOf } from './clauses.ts';
import { demandsOf } from './demands.ts';
import { defaultPack, packById, packs } from './packs.ts';

const differing = (id: string): string[] => demandsOf(packById(id)).filter(({ differs }) => differs).map(({ topic }) => topic);

describe('demandsOf', () => {
  it('says of the default what it is, and that nothing differs', () => {
    const demands = demandsOf(defaultPack);
    expect(demands.some(({ differs }) => differs)).toBe(false);
    expect(demands.find(({ topic }) => topic === 'hidden')).toEqual({ topic: 'hidden', variant: 'plain', figures: { n: 10 }, differs: false, clauses: [{ document: 'qinhuangdao', clause: '二(一)3(4)' }] });
    expect(demands.find(({ topic }) => topic === 'idle')).toMatchObject({ variant: 'some', figures: { n: 15, m: 1 }, clauses: [{ document: 'lishui' }] });
    expect(demands.find(({ topic }) => topic === 'answer')).toMatchObject({ figures: { n: 60 }, clauses: [] });
  });
  it('marks what a region does otherwise, and nothing else', () => {
    expect(differing('qinhuangdao')).toEqual(['idle']);
    // No document of Guangdong shortens what is kept: the longest stands.
    expect(differing('guangdong')).toEqual(['signIn', 'spot', 'idle', 'examSignIn', 'examSpot', 'onlineShare', 'publicHours', 'opening']);
    expect(differing('hainan')).toEqual(['signIn', 'spot', 'idle', 'keepFacts', 'examSpot', 'onlineShare', 'publicHours', 'opening']);
    expect(differing('lishui')).toEqual(['signIn', 'spot', 'examSpot', 'onlineShare', 'publicHours', 'opening']);
  });
  it('says whether faces are asked for in exams, and how often', () => {
    expect(demandsOf(defaultPack).filter(({ topic }) => topic.startsWith('exam'))).toEqual([
      { topic: 'examSignIn', variant: 'first', figures: {}, differs: false, clauses: [] }, { topic: 'examSpot', variant: 'some', figures: { n: 20 }, differs: false, clauses: [] },
    ]);
    expect(demandsOf(packById('guangdong')).filter(({ topic }) => topic.startsWith('exam')).map(({ variant }) => variant)).toEqual(['none', 'none']);
  });
  it('says what has no figure only where a document says it', () => {
    expect(demandsOf(packById('guangdong')).map(({ topic }) => topic)).toContain('recorded');
    expect(demandsOf(defaultPack).map(({ topic }) => topic)).not.toContain('questions');
  });
  it('says of every pack that real names come before learning, and by which clause', () => {
    for (const pack of packs) expect(demandsOf(pack)[0]).toMatchObject({ topic: 'realName', variant: 'first', differs: false });
    expect(demandsOf(packById('tianjin'))[0]?.clauses).toEqual([{ document: 'tianjin', clause: '二(五)' }, { document: 'tianjin', clause: '附件2 一(一)' }]);
  });
  it('knows every clause that a pack names, and shows each of them with a rule', () => {
    for (const pack of packs) {
      const shown = new Set(demandsOf(pack).flatMap(({ clauses }) => clauses.map(({ document, clause }) => `${document} ${clause}`)));
      for (const number of pack.sources) {
        const clause = clauseOf(number);
        expect(clause, number).not.toBeNull();
        expect(shown, `${pack.id} ${number}`).toContain(`${clause!.document} ${clause!.clause}`);
      }
    }
  });
});
