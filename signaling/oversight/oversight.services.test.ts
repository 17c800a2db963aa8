// The console over REST: a regulator of two institutions sees what is live, figures, risk, learners below and whom they look up there, and nothing of a third (R31, R106, R115).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundLearners, LearnersBelow, OversightFigures, OversightInstitutions, OversightLive } from '#contracts/oversight-routes.ts';
import { Connection, Lesson } from '#db/entities/lesson.ts';
import { Membership } from '#db/entities/people.ts';
import { Recording } from '#db/entities/recording.ts';
import { Signal } from '#db/entities/review.ts';
import { unitOfWork } from '#db/orm.ts';
import { addIdentity } from '#db/queries/identities.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import { writeReport } from '#db/queries/process-reports.ts';
import { addLearners, addTaughtClass } from '#db/testing/taught-class.ts';
import { newId } from '#domain/id.ts';
import { addCertificate } from '../testing/certificate.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { cardNumber } from '../testing/registrant.ts';
import { filedIn } from '../testing/region.ts';
import { addCheck, addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let second: School;
let foreign: School;
let regulator: Known;
let serial: string;
let foreignSerial: string;
let taughtId: string;
let people: string[];
const number = cardNumber();
const foreignNumber = cardNumber();
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const get = async <T>(address: string, person: Known = regulator): Promise<T> => (await world.call(`GET /api/oversight/${address}`, person)).json<T>();
const search = async (text: string, person: Known = regulator) => (await world.call('POST /api/oversight/search', person, { payload: { text } })).json<FoundLearners>();

async function isLive(of: School, present: number): Promise<string> {
  const at = world.clock.now();
  const sessionId = await addSession(world.deps.orm, of, at);
  await em().nativeUpdate(Lesson, { id: of.lessonId }, { status: 'live' });
  const seats = [['student', of.learner], ['student', of.other], ['teacher', of.teacher], ['observer', of.regulator]] as const;
  for (const [role, { personId }] of [...seats.slice(0, present), ...seats.slice(2)]) {
    await em().insert(Connection, { id: newId(), institutionId: of.institutionId, lessonId: of.lessonId, sessionId, personId, role, deviceId: 'd', connectedAt: at, lastSeenAt: at, leftAt: null, leftReason: null, visible: true });
  }
  return sessionId;
}

/** One class of three that is over: one was there and right, one was away, one missed a check. */
async function wasTaught(): Promise<void> {
  const { orm } = world.deps;
  const at = world.clock.now();
  people = await addLearners(orm, school, ['上官婉儿', '上官云', '李白'], new Date(at.getTime() - 10 * 86_400_000));
  const startsAt = new Date(at.getTime() - 5 * 3_600_000);
  const taught = await addTaughtClass(orm, { ...school, teacherId: school.teacher.personId }, people.map((personId, index) => ({
    personId, story: { seats: index === 1 ? [] : [[0, 45, 'left']], answers: [index === 0 ? 'right' : 'wrong'], checks: index === 2 ? [[10, 'missed']] : index === 0 ? [[10, 'matched']] : [] },
  })), { startsAt, questions: [{ at: 8, until: 9, prompt: 'a' }] });
  taughtId = taught.lessonId;
  await reckonLedger(orm, taughtId, at);
  for (const cohortId of [school.cohortId, second.cohortId, foreign.cohortId]) await unitOfWork(orm, { personId: null, institutionId: null }, (work) => refreshDue(work, cohortId, at));
}

beforeAll(async () => {
  world = await openHttpWorld();
  world.clock.set(new Date('2026-03-20T04:00:00Z'));
  const { orm, vault } = world.deps;
  const at = world.clock.now();
  school = await addSchool(orm, at, 'Alpha');
  second = await addSchool(orm, at, 'Beta');
  foreign = await addSchool(orm, at, 'Quillfish');
  regulator = await addPerson(orm, at, 'Inspector', school.institutionId, 'regulator');
  await em().insert(Membership, { id: newId(), personId: regulator.personId, institutionId: second.institutionId, role: 'regulator', createdAt: at });
  // Of the third they are a learner: that shows nothing of it here.
  await em().insert(Membership, { id: newId(), personId: regulator.personId, institutionId: foreign.institutionId, role: 'student', createdAt: at });
  await filedIn(world, school, '130302');
  await filedIn(world, foreign, '130304');
  await wasTaught();
  for (const [of, documentNumber] of [[school, number], [foreign, foreignNumber]] as const) {
    await em().execute('delete from identity where person_id = ?', [of.learner.personId]);
    await addIdentity(em(), vault, { personId: of.learner.personId, documentKind: 'id_card', number: documentNumber, birthDate: '1990-03-07', regionCode: '130302', phone: null, learnerCategory: 'other', employer: null, authorityStatus: 'not_asked' }, at);
  }
  ({ serial } = await addCertificate(world, school));
  ({ serial: foreignSerial } = await addCertificate(world, foreign));
});
afterAll(() => world.close());

it('is for regulators alone', async () => {
  for (const address of ['live', 'figures', 'institutions', 'below?what=attendance']) {
    for (const person of [school.scheduler, school.teacher, school.learner]) expect(codeOf(await world.call(`GET /api/oversight/${address}`, person))).toBe('forbidden');
    expect(codeOf(await world.call(`GET /api/oversight/${address}`, null))).toBe('unauthenticated');
  }
  expect(codeOf(await world.call('POST /api/oversight/search', school.scheduler, { payload: { text: '李' } }))).toBe('forbidden');
});

describe('what is live', () => {
  it('is nothing at first; then counts by region, without whoever looks in', async () => {
    expect(await get<OversightLive>('live')).toMatchObject({ classes: [], more: false });
    const sessionId = await isLive(school, 2);
    await isLive(foreign, 2);
    const at = world.clock.now();
    await addCheck(world.deps.orm, school, sessionId, school.learner.personId, at, { status: 'settled', verdict: 'matched' });
    await addCheck(world.deps.orm, school, sessionId, school.other.personId, at, { status: 'settled', verdict: 'missed' });
    await em().insert(Recording, { id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, sessionId, groupId: null, status: 'recording', progress: null, secondsLeft: null, failReason: null, createdAt: at, settledAt: null, facts: null });
    const live = await get<OversightLive>('live');
    expect(live.regions).toEqual([{ region: '130302', institutions: 1, classes: 1, present: 2, expected: 5 }, { region: null, institutions: 1, classes: 0, present: 0, expected: 0 }]);
    expect(live.classes).toEqual([{
      lessonId: school.lessonId, title: 'First lesson', institutionId: school.institutionId, institutionName: 'Alpha', region: '130302', courseTitle: 'Alpha course', cohortTitle: 'Alpha cohort', teachers: ['Alpha teacher'],
      startedAt: at.toISOString(), present: 2, expected: 5, checksPassed: 1, checksSettled: 2, recording: 'good', troubles: [], interrupted: false, leadHere: true,
    }]);
    expect(JSON.stringify(live)).not.toContain('Quillfish');
  });

  it('is narrowed to a region, whatever level; a region that is none is refused', async () => {
    for (const region of ['130000', '130300', '130302']) expect((await get<OversightLive>(`live?region=${region}`)).classes.map(({ lessonId }) => lessonId)).toEqual([school.lessonId]);
    for (const region of ['130304', '350000', 'none']) expect(await get<OversightLive>(`live?region=${region}`)).toMatchObject({ classes: [], regions: [{ region: '130302' }, { region: null }] });
    for (const region of ['990000', '13', 'x']) expect(codeOf(await world.call(`GET /api/oversight/live?region=${region}`, regulator))).toBe('bad_request');
  });

  it('says that a recording is in trouble, or does not run although it is wanted, or is not wanted', async () => {
    const troubles = [{ lessonId: school.lessonId, troubles: ['disk_low' as const] }];
    await writeReport(em(), 'signaling', { id: 'p', host: 'h', pid: 1 }, { loopDelayMs: 0, sockets: 0, seats: 0, diskFreeBytes: null, joinCounts: [], firstFrameCounts: [], answerCounts: [], refused: {}, troubles });
    const classNow = async () => (await get<OversightLive>('live')).classes[0]!;
    expect(await classNow()).toMatchObject({ recording: 'trouble', troubles: ['disk_low'] });
    await em().execute('delete from process_report');
    await em().execute(`update recording set status = 'failed' where lesson_id = ?`, [school.lessonId]);
    expect(await classNow()).toMatchObject({ recording: 'trouble', troubles: [] });
    await em().nativeUpdate(Lesson, { id: school.lessonId }, { recorded: false });
    expect((await classNow()).recording).toBe('off');
  });
});

it('figures are those of the institutions one oversees, of this month from its first day in Shanghai', async () => {
  expect(await get<OversightFigures>('figures')).toEqual({
    institutions: 2, cohortsOpen: 2, learners: 7, learnersEver: 7, lessonsThisMonth: 1, creditedMinutes: 75, recordings: 0, recordingsHeld: 0, certificates: 1, certificatesThisMonth: 1, generatedAt: world.clock.now().toISOString(),
  });
  await em().execute(`update lesson set starts_at = '2026-02-28T15:59:59Z' where id = ?`, [taughtId]);
  expect(await get<OversightFigures>('figures')).toMatchObject({ lessonsThisMonth: 0, creditedMinutes: 0 });
  await em().execute(`update lesson set starts_at = '2026-02-28T16:00:00Z' where id = ?`, [taughtId]);
  expect(await get<OversightFigures>('figures')).toMatchObject({ lessonsThisMonth: 1, creditedMinutes: 75 });
});

it('institutions stand in the order of their risk, with its reasons; the rule changes nothing', async () => {
  // The class that was taught was to be recorded, and has no film.
  const all = await get<OversightInstitutions>('institutions');
  expect(all.institutions.map(({ name, level }) => [name, level])).toEqual([['Alpha', 'high'], ['Beta', 'unknown']]);
  expect(all.institutions[0]).toMatchObject({ region: '130302', lessons: 1, learnerLessons: 3, reasons: [{ code: 'recordings_missing', level: 'high', count: 1, of: 1 }] });
  const at = world.clock.now();
  for (const personId of people) await em().insert(Signal, { id: newId(), institutionId: second.institutionId, personId, kind: 'same_face', strength: 0.9, lessonId: second.lessonId, checkId: null, otherPersonIds: [], facts: {}, about: personId, firstSeenAt: at, lastSeenAt: at, count: 1, status: 'open' });
  const now = await get<OversightInstitutions>('institutions');
  expect(now.institutions.find(({ name }) => name === 'Beta')).toMatchObject({ level: 'high', reasons: [{ code: 'doubts', count: 3, of: 0 }] });
  expect((await get<OversightInstitutions>('institutions?region=none')).institutions.map(({ name }) => name)).toEqual(['Beta']);
  expect(await em().execute('select count(*)::int as n from signal where status = \'open\'')).toEqual([{ n: 3 }]);
});

describe('learners below', () => {
  it('are told by what is below, of all institutions or of one', async () => {
    const names = async (query: string) => (await get<LearnersBelow>(`below?${query}`)).learners.map(({ name }) => name).sort();
    expect(await names('what=attendance')).toEqual(['上官云', '李白'].sort());
    expect(await names('what=checks')).toEqual(['李白']);
    expect(await names(`what=accuracy&institutionId=${school.institutionId}`)).toEqual(['上官云', '李白'].sort());
    expect(await names(`what=attendance&institutionId=${second.institutionId}`)).toEqual([]);
    expect((await get<LearnersBelow>('below?what=checks')).learners[0]).toMatchObject({ institutionName: 'Alpha', checksAsked: 1, checksMissed: 1, checksFailed: 0 });
    expect((await get<LearnersBelow>('below?what=checks')).counts).toEqual({ attendance: 2, checks: 1, accuracy: 2 });
  });

  it('an institution one does not oversee, and a place nobody gave out, are refused', async () => {
    expect(codeOf(await world.call(`GET /api/oversight/below?what=attendance&institutionId=${foreign.institutionId}`, regulator))).toBe('not_found');
    for (const behind of ['x', Buffer.from('[]').toString('base64url'), Buffer.from('["1","a","2","3"]').toString('base64url'), Buffer.from('{"a":1}').toString('base64url')]) {
      expect(codeOf(await world.call(`GET /api/oversight/below?what=attendance&behind=${behind}`, regulator))).toBe('bad_request');
    }
    expect(codeOf(await world.call('GET /api/oversight/below?what=height', regulator))).toBe('bad_request');
  });
});

describe('looking somebody up', () => {
  it('by name, by the number of a document, by that of a certificate', async () => {
    expect(await search('上官')).toMatchObject({ by: 'name', more: false, learners: [{ name: '上官云' }, { name: '上官婉儿', creditedMinutes: 45, attendance: 1, institutionName: 'Alpha', cohortTitle: 'Alpha cohort', certificate: null }] });
    expect(await search('上官婉儿')).toMatchObject({ learners: [{ name: '上官婉儿' }] });
    for (const text of [number, ` ${number.slice(0, 6)} ${number.slice(6)}`, serial, serial.toLowerCase().replaceAll('-', '')]) {
      const found = await search(text);
      expect(found.learners.map(({ personId, certificate }) => [personId, certificate])).toEqual([[school.learner.personId, serial]]);
    }
    expect((await search(number)).by).toBe('number');
    expect((await search(serial)).by).toBe('certificate');
  });

  it('numbers are never told whole', async () => {
    const { learners } = await search(number);
    expect(learners[0]!.numberMask).toMatch(/^\d{3}\*+\w{2}$/);
    expect(JSON.stringify(learners)).not.toContain(number);
  });

  it('nobody of another institution is found, by no way; a slip is told as one', async () => {
    for (const text of ['Quillfish', foreignNumber, foreignSerial]) expect((await search(text)).learners).toEqual([]);
    expect(await search(`${number.slice(0, -1)}${number.endsWith('1') ? '2' : '1'}`)).toEqual({ by: 'unclear', learners: [], more: false });
    for (const text of ['%', '_%', '官', "' or true --"]) expect((await search(text)).learners).toEqual([]);
    expect(codeOf(await world.call('POST /api/oversight/search', regulator, { payload: { text: '' } }))).toBe('bad_request');
    expect(codeOf(await world.call('POST /api/oversight/search', regulator, { payload: { text: '王'.repeat(61) } }))).toBe('bad_request');
  });

  it('what is found leads to pages a regulator may open: hours, certificate, replays', async () => {
    const [found] = (await search('上官婉儿')).learners;
    expect((await world.call(`GET /api/cohorts/${found!.cohortId}/ledger/${found!.personId}`, regulator)).statusCode).toBe(200);
    expect((await world.call(`GET /api/lessons/${taughtId}/replay`, regulator)).statusCode).toBe(200);
    expect((await world.call(`GET /api/cohorts/${school.cohortId}/certificates`, regulator)).statusCode).toBe(200);
  });
});
