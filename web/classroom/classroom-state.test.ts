// What the classroom shows after snapshots and events: late, doubled and reordered ones included.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { askingsTogether, fromSnapshot, isSilenced, reducers, waitingForLook, withAnswer, withKept, withAnsweredSignIn, type ClassroomState } from './classroom-state.ts';
import { learnersHere } from './learners-here.ts';

const me = newId();
const teacher = newId();
const other = newId();
const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 2, 1, 0, seconds)).toISOString();

type Snapshot = Parameters<typeof fromSnapshot>[0];
const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  lesson: {
    lessonId: 'lesson', title: '', courseTitle: '', cohortTitle: '', institutionId: newId(), institutionName: '', startsAt: at(0), plannedMinutes: 45,
    status: 'live', role: 'student', teachers: [], recording: null, recorded: true, realNameFirst: true, units: [], learnerCount: 2, startedAt: at(0), endedAt: null,
  },
  me: { personId: me, role: 'student', onStage: false, stageInvited: false, checkWay: 'face', faceEnrolled: true, recordingNoticed: true, leading: false },
  lead: { personId: teacher, name: '周', present: true },
  participants: [], presentCount: 2, hands: [], messages: [], chat: { version: 0, mutedAll: false, slowSeconds: 0, pinned: null, muted: false, lastSentAt: null, mutedPeople: [], privateCount: 0 }, quiz: null, answeredOfSets: [], picked: null, check: null, signIn: null, producers: [], speakerId: null, mediaAvailable: true, broadcastOffered: true, groupRecording: 'ask', recordingLayout: 'inset', recordingTroubles: [], courseware: { turn: 0, shown: null },
  selfEndsAt: null, door: null, microphonesLocked: false, breakout: null, serverNowMs: 0, ...change,
});
const fresh = (change: Partial<Snapshot> = {}): ClassroomState => fromSnapshot(snapshot(change), null);
const quiz = { quizId: newId(), kind: 'single' as const, prompt: 'p', options: ['a', 'b'], pictureId: null, openedAt: at(1), deadlineAt: at(31), set: null, answered: null };
const result = { quizId: quiz.quizId, firstQuizId: quiz.quizId, explanation: null, prompt: 'p', kind: 'single' as const, options: ['a', 'b'], pictureId: null, accepted: [], knowledgePoint: '', frequent: [], right: [0], counts: [1, 1], answeredCount: 2, correctCount: 1, closedAt: at(31) };
const count = { quizId: quiz.quizId, counts: [1, 0], answeredCount: 1, correctCount: 1, presentLearners: 2 };
const camera = { producerId: 'p1', personId: teacher, kind: 'video' as const, source: 'camera' as const, paused: false };
const person = { personId: other, name: '王', role: 'student' as const, present: true, visible: true, onStage: false, verdict: null, checkWay: null };

describe('snapshot', () => {
  test('replaces all it carries', () => {
    const before = reducers['media:produced'](reducers['hand:changed'](fresh(), { hands: [{ personId: me, name: '我', raisedAt: at(1) }] }), camera);
    const after = fromSnapshot(snapshot(), before);
    expect(after.hands).toEqual([]);
    expect(after.producers).toEqual([]);
  });
  test('keeps the own answer of the open quiz and results of the same lesson', () => {
    const answered = fromSnapshot(snapshot({ quiz: { ...quiz, answered: { choices: [1] } } }), null);
    expect(reducers['quiz:opened'](answered, quiz).quiz?.answered).toEqual({ choices: [1] });
    const closed = reducers['quiz:closed'](answered, result);
    expect(withAnswer(withAnswer(fresh({ answeredOfSets: ['before'] }), quiz.quizId, { choices: [1] }), quiz.quizId, { choices: [1] }).answeredOfSets).toEqual(['before', quiz.quizId]);
    expect(fromSnapshot(snapshot(), closed).results).toHaveLength(1);
    expect(fromSnapshot(snapshot({ lesson: { ...snapshot().lesson, lessonId: 'another' } }), closed).results).toEqual([]);
  });
});

describe('lesson', () => {
  test('never goes back: a late start after the end is not believed', () => {
    const ended = reducers['lesson:changed'](fresh(), { status: 'ended', startedAt: at(0), endedAt: at(60), selfEndsAt: null });
    expect(reducers['lesson:changed'](ended, { status: 'live', startedAt: at(0), endedAt: null, selfEndsAt: at(90) })).toBe(ended);
  });
  test('who leads decides whose camera is the lesson', () => {
    expect(reducers['lesson:leadChanged'](fresh(), { lead: { personId: me, name: '我', present: true } }).me.leading).toBe(true);
    expect(reducers['lesson:leadChanged'](fresh(), { lead: null }).me.leading).toBe(false);
  });
});

describe('door and microphones', () => {
  const lobby = { door: 'lobby' as const, waiting: [{ personId: other, name: '王', since: at(5), removed: false }], waitingCount: 1, removed: [] };
  test('staff see the door as it was told last; a learner is told nothing, whatever comes', () => {
    expect(reducers['door:changed'](fresh({ me: { ...snapshot().me, role: 'proctor' } }), lobby).door).toEqual(lobby);
    expect(reducers['door:changed'](fresh(), lobby).door).toBeNull();
  });
  test('microphones are locked until that is taken back, or a snapshot says otherwise', () => {
    const locked = reducers['microphone:lockChanged'](fresh(), { locked: true });
    expect([locked.microphonesLocked, fromSnapshot(snapshot(), locked).microphonesLocked]).toEqual([true, false]);
    expect([locked, fresh(), null, { ...locked, me: { ...locked.me, role: 'teacher' as const } }].map((state) => isSilenced(state))).toEqual([true, false, false, false]);
  });
});

describe('recording', () => {
  const staff = (change: Partial<Snapshot> = {}) => fresh({ me: { ...snapshot().me, role: 'assistant' }, ...change });
  test('troubles come with the snapshot, change, and go away; learners are told nothing', () => {
    const entered = staff({ recordingTroubles: ['disk_low'] });
    expect(entered.recordingTroubles).toEqual(['disk_low']);
    const worse = reducers['recording:health'](entered, { troubles: ['disk_full', 'memory_full'] });
    expect([worse.recordingTroubles, reducers['recording:health'](worse, { troubles: [] }).recordingTroubles]).toEqual([['disk_full', 'memory_full'], []]);
    expect(reducers['recording:health'](fresh(), { troubles: ['disk_full'] }).recordingTroubles).toEqual([]);
  });
  test('the layout is the last one told', () => {
    const state = reducers['recording:layoutChanged'](fresh(), { layout: 'sideBySide' });
    expect([state.recordingLayout, fromSnapshot(snapshot(), state).recordingLayout]).toEqual(['sideBySide', 'inset']);
  });
});

describe('producers', () => {
  test('doubled, changed, replaced, closed', () => {
    let state = reducers['media:produced'](reducers['media:produced'](fresh(), camera), camera);
    expect(state.producers).toEqual([camera]);
    state = reducers['media:producerChanged'](state, { ...camera, paused: true });
    expect(state.producers[0]?.paused).toBe(true);
    state = reducers['media:produced'](state, { ...camera, producerId: 'p2' });
    expect(state.producers.map(({ producerId }) => producerId)).toEqual(['p2']);
    expect(reducers['media:producerClosed'](state, { producerId: 'p2', personId: teacher, source: 'camera' }).producers).toEqual([]);
  });
  test('the end told before the beginning leaves nothing', () => {
    const closed = reducers['media:producerClosed'](fresh(), { producerId: 'p1', personId: teacher, source: 'camera' });
    expect(reducers['media:produced'](closed, camera).producers).toEqual([]);
  });
  test('any order and doubling of one life ends without the producer once it was closed', () => {
    const life = [
      (state: ClassroomState) => reducers['media:produced'](state, camera),
      (state: ClassroomState) => reducers['media:producerChanged'](state, { ...camera, paused: true }),
      (state: ClassroomState) => reducers['media:producerClosed'](state, { producerId: 'p1', personId: teacher, source: 'camera' }),
    ];
    fc.assert(fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 12 }), (order) => {
      const state = order.reduce((now, index) => life[index]!(now), fresh());
      expect(state.producers).toHaveLength(order.includes(2) || order.length === 0 ? 0 : 1);
    }));
  });
});

describe('chat and hands', () => {
  test('a message once, in the order it was sent, however it arrives', () => {
    const messages = [1, 2, 3, 4].map((second) => ({ messageId: newId(), personId: other, name: '王', text: String(second), sentAt: at(second), deletedBy: null }));
    fc.assert(fc.property(fc.array(fc.constantFrom(...messages), { maxLength: 20 }), (arriving) => {
      const state = arriving.reduce((now, message) => reducers['chat:sent'](now, message), fresh());
      expect(state.messages).toEqual(messages.filter((message) => arriving.includes(message)));
    }));
  });
  test('the longest waiting is first', () => {
    const hands = [{ personId: other, name: '王', raisedAt: at(9) }, { personId: me, name: '我', raisedAt: at(3) }];
    expect(reducers['hand:changed'](fresh(), { hands }).hands.map(({ personId }) => personId)).toEqual([me, other]);
  });
});

describe('stage', () => {
  test('invited, then on stage, then down', () => {
    const invited = reducers['stage:invited'](fresh(), { by: '周' });
    expect(invited.me.stageInvited).toBe(true);
    const up = reducers['stage:changed'](invited, { personIds: [me] });
    expect(up.me).toMatchObject({ onStage: true, stageInvited: false });
    expect(reducers['stage:invited'](up, { by: '周' }).me.stageInvited).toBe(false);
    expect(reducers['stage:changed'](up, { personIds: [] }).me.onStage).toBe(false);
  });
  test('a learner sees others only while they are on stage, staff always', () => {
    const seen = reducers['participant:changed'](fresh(), { ...person, onStage: true });
    expect(seen.participants).toHaveLength(1);
    expect(reducers['stage:changed'](seen, { personIds: [] }).participants).toEqual([]);
    const staff = fresh({ me: { ...snapshot().me, role: 'teacher', personId: teacher } });
    expect(reducers['participant:changed'](staff, person).participants).toHaveLength(1);
    const declined = { personId: person.personId, name: person.name };
    const twice = [declined, declined].reduce((state, one) => reducers['stage:declined'](state, one), staff);
    expect(twice.declined).toEqual([declined]);
    expect(reducers['stage:changed'](twice, { personIds: [person.personId] }).declined).toEqual([]);
  });
  test('of a class that comes in pages also staff keep only who is in view, and count by the figure', () => {
    const { lesson, me: own } = snapshot();
    const staff = fresh({ me: { ...own, role: 'teacher', personId: teacher }, lesson: { ...lesson, learnerCount: 200 }, presentCount: 181 });
    const here = { ...person, role: 'assistant' as const, personId: newId(), present: true };
    const told = reducers['participants:changed'](staff, { participants: [person, { ...person, personId: newId(), onStage: true, present: true }, here] });
    expect(told.participants.map(({ role, onStage }) => [role, onStage])).toEqual(expect.arrayContaining([['student', true], ['assistant', false]]));
    expect(told.participants).toHaveLength(2);
    expect(learnersHere(told)).toBe(180);
    expect(reducers['stage:changed'](told, { personIds: [] }).participants).toEqual([here]);
    const small = fresh({ me: { ...own, role: 'teacher', personId: teacher }, lesson: { ...lesson, learnerCount: 199 }, presentCount: 181 });
    expect(learnersHere(reducers['participants:changed'](small, { participants: told.participants }))).toBe(1);
  });
});

describe('quiz', () => {
  test('opening told twice keeps the answer, opening told after closing opens nothing', () => {
    const answered = withAnswer(reducers['quiz:opened'](fresh(), quiz), quiz.quizId, { choices: [1] });
    expect(reducers['quiz:opened'](answered, quiz).quiz?.answered).toEqual({ choices: [1] });
    const closed = reducers['quiz:closed'](answered, result);
    expect(closed.quiz).toBeNull();
    expect(closed.answers[quiz.quizId]).toEqual({ choices: [1] });
    expect(reducers['quiz:opened'](closed, quiz).quiz).toBeNull();
    expect(reducers['quiz:closed'](closed, result).results).toHaveLength(1);
  });
  test('an answer kept on the device waits for its acknowledgement, over a new snapshot too', () => {
    const open = withKept(reducers['quiz:opened'](fresh(), quiz), quiz.quizId, { choices: [1] });
    expect(fromSnapshot(snapshot({ quiz }), open).kept).toEqual({ [quiz.quizId]: { choices: [1] } });
    const answered = withAnswer(open, quiz.quizId, { choices: [1] });
    expect([answered.kept, answered.quiz?.answered]).toEqual([{}, { choices: [1] }]);
    expect(withKept(open, quiz.quizId, null).kept).toEqual({});
  });
  test('who comes later or again sees who is picked, unless it was put away here or long ago', () => {
    const picked = { pickId: newId(), personId: newId(), name: 'n', pickedAt: at(5) };
    const soon = Date.parse(at(5)) + 60_000;
    expect(fromSnapshot(snapshot({ picked, serverNowMs: soon }), null).picked).toEqual(picked);
    expect(fromSnapshot(snapshot({ picked, serverNowMs: soon + 300_000 }), null).picked).toBeNull();
    expect(fromSnapshot(snapshot({ picked, serverNowMs: soon }), { ...fresh(), pickPutAway: picked.pickId }).picked).toBeNull();
    const newer = { ...picked, pickId: newId(), pickedAt: at(6) };
    expect(fromSnapshot(snapshot({ picked, serverNowMs: soon }), { ...fresh(), picked: newer }).picked).toEqual(newer);
  });
  test('who was picked last is known; an older word of it changes nothing', () => {
    const picked = { pickId: newId(), personId: newId(), name: 'n', pickedAt: at(5) };
    const state = reducers['pick:drawn'](fresh(), picked);
    expect(reducers['pick:drawn'](state, { ...picked, pickId: newId(), pickedAt: at(4) }).picked).toEqual(picked);
  });
  test('askings of the same wording stand together, what was asked last at the end', () => {
    const asked = (quizId: string, firstQuizId: string, seconds: number) => ({ ...result, quizId, firstQuizId, closedAt: at(seconds) });
    const [a, b, c] = [asked('a', 'a', 1), asked('b', 'b', 2), asked('c', 'a', 3)];
    expect(askingsTogether([c, a, b])).toEqual([[b], [a, c]]);
    expect(askingsTogether([])).toEqual([]);
  });
  test('a count of another quiz is not shown', () => {
    const open = reducers['quiz:opened'](fresh(), quiz);
    expect(reducers['quiz:counted'](open, { ...count, quizId: newId() }).count).toBeNull();
    expect(reducers['quiz:counted'](open, count).count?.answeredCount).toBe(1);
    // Late answers put the result right.
    const closed = reducers['quiz:counted'](reducers['quiz:closed'](open, result), { ...count, counts: [3, 1], answeredCount: 4, correctCount: 3 });
    expect(closed.results).toEqual([{ ...result, counts: [3, 1], answeredCount: 4, correctCount: 3 }]);
  });
});

describe('checks', () => {
  const asked = { checkId: newId(), kind: 'spot' as const, way: 'face' as const, nonce: 'n', askedAt: at(5), deadlineAt: at(65), attempt: 1, because: null, code: null };
  const brief = {
    checkId: asked.checkId, personId: me, name: '我', kind: 'spot' as const, status: 'settled' as const, askedAt: at(5), deadlineAt: at(65), answeredAt: at(9), verdict: 'matched' as const, hasPicture: true,
    way: 'face' as const, attempt: 1, code: null, look: null,
  };
  test('settling ends the question, and asking late does not bring it back', () => {
    const settled = reducers['check:settled'](reducers['check:asked'](fresh(), asked), brief);
    expect(settled).toMatchObject({ check: null, settled: brief });
    expect(reducers['check:asked'](settled, asked).check).toBeNull();
  });
  test('a learner keeps no list; staff get list and verdict word, newest first', () => {
    expect(reducers['check:settled'](fresh(), brief).checks).toEqual([]);
    const staff = fresh({ me: { ...snapshot().me, role: 'teacher', personId: teacher }, participants: [{ ...person, personId: me }] });
    const later = { ...brief, checkId: newId(), askedAt: at(50), verdict: 'no_face' as const };
    const state = [later, brief, brief].reduce((now, check) => reducers['check:settled'](now, check), staff);
    expect(state.checks.map(({ checkId }) => checkId)).toEqual([later.checkId, brief.checkId]);
    expect(state.settled).toBeNull();
    expect(state.participants[0]?.verdict).toBe('matched');
  });
  test('a sign-in counts once it is answered, and an earlier attempt told late changes nothing', () => {
    const signIn = { ...asked, kind: 'sign_in' as const };
    const told = { ...brief, kind: 'sign_in' as const };
    const waiting = reducers['check:asked'](fresh(), signIn);
    expect(waiting.signIn).toEqual({ checkId: asked.checkId, answered: false, verdict: null });
    expect(withAnsweredSignIn(waiting, asked.checkId).signIn?.answered).toBe(true);
    expect(withAnsweredSignIn(waiting, newId())).toBe(waiting);
    const failed = reducers['check:settled'](waiting, { ...told, verdict: 'no_face' });
    expect(failed.signIn?.verdict).toBe('no_face');
    const again = reducers['check:asked'](failed, { ...signIn, checkId: newId(), attempt: 2 });
    expect(again.signIn).toMatchObject({ answered: false, verdict: null });
    expect(reducers['check:settled'](again, { ...told, verdict: 'no_face' }).signIn).toEqual(again.signIn);
    expect(reducers['check:asked'](fresh(), asked).signIn).toBeNull();
    expect(reducers['check:asked'](fresh(), { ...signIn, way: 'alternative', code: 'entered' }).signIn?.answered).toBe(true);
  });
  test('a picture that came counts for the own sign-in at once; staff see it wait for its verdict, and nothing settled opens again', () => {
    const waiting = reducers['check:asked'](fresh(), { ...asked, kind: 'sign_in' });
    const came = { ...brief, kind: 'sign_in' as const, status: 'verifying' as const, verdict: null };
    expect(reducers['check:answered'](waiting, came).signIn).toEqual({ checkId: asked.checkId, answered: true, verdict: null });
    expect(reducers['check:answered'](waiting, { ...came, checkId: 'another' }).signIn).toEqual(waiting.signIn);
    const staff = fresh({ me: { ...snapshot().me, role: 'teacher', personId: teacher } });
    expect(reducers['check:answered'](staff, came).checks).toEqual([came]);
    const settled = reducers['check:settled'](staff, brief);
    expect(reducers['check:answered'](settled, came).checks).toEqual([brief]);
  });
  test('staff see who waits for a look, longest first; not themselves, nor who was looked at or is settled', () => {
    const staff = fresh({ me: { ...snapshot().me, role: 'proctor', personId: teacher } });
    const waits = (seconds: number, change: Partial<typeof brief> = {}) => ({
      ...brief, checkId: newId(), personId: other, status: 'asked' as const, verdict: null, answeredAt: null, hasPicture: false, way: 'alternative' as const, code: 'sent' as const, askedAt: at(seconds), ...change,
    });
    const [late, early] = [waits(30), waits(10)];
    const told = [late, early, waits(5, { personId: teacher }), { ...waits(6), look: { seen: true, by: '周', at: at(8) } }].reduce((state, check) => reducers['check:waiting'](state, check as typeof late), staff);
    expect(waitingForLook(told).map(({ checkId }) => checkId)).toEqual([early.checkId, late.checkId]);
    const settled = reducers['check:settled'](told, { ...early, status: 'settled', verdict: 'confirmed_by_person' });
    expect(waitingForLook(reducers['check:waiting'](settled, early)).map(({ checkId }) => checkId)).toEqual([late.checkId]);
    expect(reducers['check:waiting'](fresh(), late).checks).toEqual([]);
  });
});
