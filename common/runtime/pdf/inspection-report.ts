// The report of an inspection as a printed table: how it was drawn, which recordings, what was found at which moment, what the institution answered and by when (R106, R113).
import type { Finding, Inspection } from '#contracts/inspection.ts';
import { shanghaiDay, shanghaiTime } from '#domain/day.ts';
import { plain, judged } from './hours-list.ts';
import { paperWords, type Locale } from './ledger-words.ts';
import { evidenceWords, findingStateWords, inspectionStateWords, replyWords, reportWords as words, riskWords, severityWords } from './inspection-words.ts';
import type { TableHead, TablePiece, TableRow } from './table-pdf.ts';

const time = (at: string): string => shanghaiTime(new Date(at));
const dash = '—';
/** `1:02:03`, a position in a film. */
function filmTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((value, index) => (index === 0 ? String(value) : String(value).padStart(2, '0'))).join(':');
}

/** `made`: when the file is made. */
export function inspectionHead(locale: Locale, { title, made }: { title: string; made: Date }): TableHead {
  const column = (key: 'number' | 'recording' | 'when' | 'found' | 'severity' | 'state', width: number) => ({ heading: words[key][locale], width, align: 'left' as const });
  return {
    title: words.title[locale], day: shanghaiDay(made), across: true, pageWord: paperWords.page[locale], footer: title,
    columns: [column('number', 4), column('recording', 30), column('when', 9), column('found', 37), column('severity', 8), column('state', 12)],
  };
}

function findingRow({ atMs, severity, evidence, words: said, state, overdue, dueAt, replies }: Finding, locale: Locale): TableRow {
  const join = locale === 'zh' ? '、' : ', ';
  return {
    look: 'plain', cells: [
      plain(), plain(evidence.map((kind) => evidenceWords[kind][locale]).join(join)), plain(filmTime(atMs)),
      plain(said, ...replies.map((reply) => `${replyWords[reply.kind][locale]} ${time(reply.at)} ${reply.by}${reply.words ? `${locale === 'zh' ? '：' : ': '}${reply.words}` : ''}`)),
      judged(severity === 'critical', severityWords[severity][locale]), judged(overdue, findingStateWords[state][locale], ...(dueAt && state !== 'withdrawn' ? [words.until[locale].replace('{at}', time(dueAt))] : [])),
    ],
  };
}

function unitRows({ units, findingList }: Inspection, locale: Locale): TableRow[] {
  return units.flatMap((unit) => {
    const own = findingList.filter(({ drawnId }) => drawnId === unit.drawnId);
    const part = unit.parts > 1 ? ` (${unit.part}/${unit.parts})` : '';
    const head: TableRow = {
      look: 'sum', cells: [
        plain(String(unit.ordinal)), plain(unit.name, `${unit.courseTitle} · ${unit.cohortTitle}`, `${unit.lessonTitle} · ${words.unit[locale].replace('{n}', String(unit.unitOrdinal))}${part}`), plain(time(unit.startsAt)),
        plain(`SHA-256 ${unit.sha256}`, ...(unit.changed ? [words.changed[locale]] : [])), plain(riskWords[unit.risk][locale]), plain(unit.looked ? words.looked[locale] : words.notLooked[locale], ...(own.length === 0 ? [words.clean[locale]] : [])),
      ],
    };
    return [head, ...own.map((finding) => findingRow(finding, locale))];
  });
}

/** On pages of its own. */
export function inspectionPieces(inspection: Inspection, locale: Locale, made: Date): TablePiece[] {
  const { title, status, announced, institutions, scope, courseTitle, cohortTitle, maker, madeAt, drawnAt, handedAt, closedAt, closingWords, size, units, findingList } = inspection;
  const fact = (key: keyof typeof words, value: string): [string, string] => [words[key][locale], value];
  const join = locale === 'zh' ? '、' : ', ';
  const due = findingList.flatMap(({ dueAt }) => dueAt ?? []).sort()[0];
  const facts = [
    fact('name', title), fact('standing', inspectionStateWords[status][locale]), fact('kind', words[announced ? 'announced' : 'unannounced'][locale]), fact('institutions', institutions.map(({ name }) => name).join(join)),
    fact('scope', [courseTitle ?? words.allCourses[locale], cohortTitle ?? words.allCohorts[locale], `${scope.from} – ${scope.to}`, scope.risks.map((risk) => riskWords[risk][locale]).join(join)].join(' · ')), fact('inspector', maker),
    fact('wanted', `${size} / ${units.length}`), fact('findings', String(inspection.findings)), fact('due', due ? time(due) : dash),
    fact('sealedAt', time(madeAt)), fact('drawnAt', drawnAt ? time(drawnAt) : dash), fact('handedAt', handedAt ? time(handedAt) : dash), fact('closedAt', closedAt ? time(closedAt) : dash),
  ];
  const drawn = [
    `${words.seedHash[locale]} ${inspection.seedHash}`, `${words.seed[locale]} ${inspection.seed ?? dash}`, `${words.ownWords[locale]} ${inspection.ownWords || dash}`,
    `${words.population[locale].replace('{n}', String(inspection.populationCount ?? 0)).replace('{m}', String(inspection.withoutFilm ?? 0))} ${inspection.populationHash ?? dash}`, words.redraw[locale],
  ];
  return [
    { section: { title: words.title[locale], facts } },
    ...(units.length > 0 ? [{ rows: unitRows(inspection, locale) }] : []),
    { closing: { paragraphs: [...(closingWords ? [`${words.closing[locale]} ${closingWords}`] : []), ...drawn, words.made[locale].replace('{at}', shanghaiTime(made))], signs: [words.signInspector[locale], words.signInstitution[locale]] } },
  ];
}
