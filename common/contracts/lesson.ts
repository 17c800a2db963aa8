// Lessons: timetable over REST; entering, starting and ending over the socket; the snapshot that restores a client.
import Type, { type Static } from 'typebox';
import { groupRecordings } from '#domain/breakout.ts';
import { lessonStatuses } from '#domain/lesson.ts';
import { lessonKinds } from '#domain/lesson-kind.ts';
import { recordingLayouts } from '#domain/recording/layout.ts';
import { leadingRoles, lessonRoles, staffRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import { Participant, PersonBrief } from './person.ts';
import { ChatMessage, ChatState } from './chat.ts';
import { DoorView } from './door.ts';
import { Hand } from './hand.ts';
import { ProducerInfo } from './media.ts';
import { Picked } from './pick.ts';
import { OpenQuiz } from './quiz.ts';
import { AskedCheck, SignIn } from './check.ts';
import { CaptureTrouble } from './recording.ts';
import { StageCourseware } from './courseware.ts';
import { BreakoutView } from './breakout.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const UnitBrief = Closed({
  unitId: Uuid, ordinal: Type.Integer(), plannedStartAt: Instant, plannedMinutes: Type.Integer(),
  startedAt: Nullable(Instant), endedAt: Nullable(Instant),
});
export const LessonBrief = Closed({
  lessonId: Uuid, title: Type.String(), courseTitle: Type.String(), cohortTitle: Type.String(),
  institutionId: Uuid, institutionName: Type.String(),
  startsAt: Instant, plannedMinutes: Type.Integer(), status: OneOf(lessonStatuses),
  /** The asking person's role in this lesson. */
  role: OneOf(lessonRoles),
  teachers: Type.Array(PersonBrief),
  /** State of the recording; null while there is none. */
  recording: Nullable(OneOf(['processing', 'ready', 'failed'] as const)),
  /** Where it is held; absent: online. */
  place: Type.Optional(Type.String()),
  /** Absent: live. One held at a place (`offline`) counts by its signed sheet; a recorded one is studied from `startsAt` until `closesAt`. */
  kind: Type.Optional(OneOf(lessonKinds)), closesAt: Type.Optional(Instant),
});
export type LessonBrief = Static<typeof LessonBrief>;
export const LessonDetail = Closed({
  ...LessonBrief.properties,
  recorded: Type.Boolean(), units: Type.Array(UnitBrief), learnerCount: Type.Integer(),
  startedAt: Nullable(Instant), endedAt: Nullable(Instant),
  /** Learners come in with a registered identity only (see ConsentState.identity). */
  realNameFirst: Type.Boolean(),
});
export type LessonDetail = Static<typeof LessonDetail>;
export const LessonList = Closed({ lessons: Type.Array(LessonBrief), serverNowMs: Type.Number() });

export const LessonBody = Closed({
  cohortId: Uuid, title: Type.String({ minLength: 1, maxLength: 120 }), startsAt: Instant,
  plannedMinutes: Type.Integer({ minimum: 1, maximum: 600 }), teacherIds: Type.Array(Uuid, { minItems: 1, maxItems: 8 }),
  assistantIds: Type.Optional(Type.Array(Uuid, { maxItems: 8 })), recorded: Type.Optional(Type.Boolean()),
});
export type LessonBody = Static<typeof LessonBody>;
export const CancelBody = Closed({ reason: Type.String({ minLength: 1, maxLength: 500 }) });
/** What an institution needs to schedule: its cohorts and teachers. */
export const SchedulingOptions = Closed({
  cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), courseTitle: Type.String(), learnerCount: Type.Integer() })),
  teachers: Type.Array(PersonBrief),
});

/** All that a client needs to draw the classroom; sent at every entry, so a reconnect needs nothing else. */
export const LessonSnapshot = Closed({
  lesson: LessonDetail,
  me: Closed({
    personId: Uuid, role: OneOf(lessonRoles), onStage: Type.Boolean(), stageInvited: Type.Boolean(),
    checkWay: OneOf(['face', 'alternative', 'undecided'] as const), faceEnrolled: Type.Boolean(), recordingNoticed: Type.Boolean(),
    /** True where this client leads: its camera and screen are the lesson's. */
    leading: Type.Boolean(),
  }),
  lead: Nullable(Closed({ personId: Uuid, name: Type.String(), present: Type.Boolean() })),
  /** Who is in view: staff, who is on stage, oneself; for staff of a class that does not come in pages everybody. */
  participants: Type.Array(Participant),
  /** All present, staff included. */
  presentCount: Type.Integer(),
  hands: Type.Array(Hand),
  messages: Type.Array(ChatMessage),
  chat: ChatState,
  quiz: Nullable(OpenQuiz),
  /** Which questions of sets this person has answered in the lesson. */
  answeredOfSets: Type.Array(Uuid),
  /** Who was picked by lot last in this session. */
  picked: Nullable(Picked),
  check: Nullable(AskedCheck),
  signIn: Nullable(SignIn),
  producers: Type.Array(ProducerInfo),
  speakerId: Nullable(Uuid),
  mediaAvailable: Type.Boolean(),
  /** Where the live picture does not come a delayed broadcast may be asked for: the lesson is recorded, and broadcasts are made here. */
  broadcastOffered: Type.Boolean(),
  /** Whether breakout groups are recorded: `ask` is for the teacher to say. */
  groupRecording: OneOf(groupRecordings),
  recordingLayout: OneOf(recordingLayouts),
  /** Empty for learners. */
  recordingTroubles: Type.Array(CaptureTrouble),
  courseware: StageCourseware,
  selfEndsAt: Nullable(Instant),
  /** Null for learners and observers. */
  door: Nullable(DoorView),
  /** No learner's microphone opens. */
  microphonesLocked: Type.Boolean(),
  /** Null while the class is together. Within a group `messages`, `producers` and `speakerId` are the group's. */
  breakout: Nullable(BreakoutView),
  serverNowMs: Type.Number(),
});
export type LessonSnapshot = Static<typeof LessonSnapshot>;

const LessonState = Closed({ status: OneOf(lessonStatuses), startedAt: Nullable(Instant), endedAt: Nullable(Instant), selfEndsAt: Nullable(Instant) });

export const lessonRequests = {
  /**
   * Takes the seat of this person in a lesson. A second device takes over; the first gets `seat:taken`.
   * Where many come at once the answer waits its turn, and `lesson:queued` tells how long (at most 5 s apart). Errors: not_found, not_enrolled, lesson_recorded and lesson_offline (no classroom), lesson_ended, lesson_cancelled, identity_missing, identity_denied, consent_missing,
   * door_locked, removed_from_lesson (`seat:removed` says why; `knock` asks to be let in again), and door_waiting: the line stays, and `door:answered` says when to ask again.
   */
  'lesson:enter': {
    by: lessonRoles,
    data: Closed({ lessonId: Uuid, deviceId: Type.String({ minLength: 8, maxLength: 64, pattern: '^[\\w-]+$' }), knock: Type.Optional(Type.Boolean()) }),
    reply: LessonSnapshot,
  },
  /** The same picture again, for the seat held already: after `lesson:resync`. */
  'lesson:snapshot': { by: lessonRoles, data: Empty, reply: LessonSnapshot },
  'lesson:leave': { by: lessonRoles, data: Empty, reply: Empty },
  /** scheduled/open -> live: opens a session and starts the recording. */
  'lesson:start': { by: leadingRoles, data: Empty, reply: LessonState },
  'lesson:end': { by: leadingRoles, data: Empty, reply: LessonState },
  /** The other leading person becomes the lead while the lead is away. Errors: lead_present. */
  'lesson:takeOver': { by: leadingRoles, data: Empty, reply: Empty },
  /** Present and absent learners for staff. */
  'lesson:roster': { by: staffRoles, data: Empty, reply: Closed({ participants: Type.Array(Participant) }) },
} as const satisfies RequestTable;

export const lessonEvents = {
  'lesson:changed': LessonState,
  'lesson:leadChanged': Closed({ lead: Nullable(Closed({ personId: Uuid, name: Type.String(), present: Type.Boolean() })) }),
  'participant:changed': Participant,
  /** The same for many at once: what staff of a large lesson are told of those they see. */
  'participants:changed': Closed({ participants: Type.Array(Participant) }),
  'presence:counted': Closed({ presentCount: Type.Integer() }),
  /** What becomes of the recording; over REST it stands in the lesson. */
  'recording:changed': Closed({ status: OneOf(['recording', 'processing', 'ready', 'failed'] as const) }),
  /** Entering waits its turn: this many are before, and about so long it takes. At most one a second. */
  'lesson:queued': Closed({ position: Type.Integer({ minimum: 1 }), waitMs: Type.Integer({ minimum: 0 }) }),
  /** Something may have been missed here: ask for `lesson:snapshot` at a moment of your own within `spreadMs`. */
  'lesson:resync': Closed({ spreadMs: Type.Integer({ minimum: 0 }) }),
  /** This process is about to stop: come back at a moment of your own within `spreadMs` after the line is gone. */
  'server:leaving': Closed({ spreadMs: Type.Integer({ minimum: 0 }) }),
  /** This seat now lives on another device; the client must stop and must not reconnect by itself. */
  'seat:taken': Closed({ atMs: Type.Number() }),
} as const satisfies EventTable;
