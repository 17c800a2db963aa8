// Reports of trouble: told, answered, solved and opened again, taken by somebody, handed to the platform; every step a fact (R30, R66, R67).
import type { HelpPostBody, OutsideTicketBody, OwnHelp, TicketBody } from '#contracts/help-routes.ts';
import { HelpPost, HelpTicket } from '#db/entities/help.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { appendEvent, platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { institutionLines, newestInstitutionOf, ownTickets } from '#db/queries/help.ts';
import { identityOf } from '#db/queries/identities.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { tellAnswered } from '#db/queries/notices.ts';
import { DomainError } from '#domain/errors.ts';
import { answerDueAt, mostOpenReports, severityOf, stateAfterPost, stateAfterSolved, type AnswerMinutes, type HelpCategory, type HelpState } from '#domain/help.ts';
import type { Deps } from '../deps.ts';
import { requireDesk, requireTicket, withinDesk } from './access.ts';

/** `institutionIds`: with which the asker has to do. */
interface Asker { personId: string; institutionIds: readonly string[] }
const minutesOf = ({ config }: Deps): AnswerMinutes => ({ urgent: config.HELP_URGENT_MINUTES, normal: config.HELP_NORMAL_MINUTES });
export const platformLine = ({ config }: Deps) => ({ hotline: config.HELP_HOTLINE ?? '', hours: config.HELP_HOTLINE_HOURS ?? '' });

export async function ownHelp(deps: Deps, { personId, institutionIds }: Asker): Promise<OwnHelp> {
  const em = deps.orm.em.fork();
  const now = deps.now();
  return {
    platform: platformLine(deps), institutions: await institutionLines(em, institutionIds), tickets: await ownTickets(em, personId, now),
    phone: (await identityOf(em, personId))?.phoneMask ?? null, serverAt: now.toISOString(),
  };
}

async function requireWords(deps: Deps, text: string): Promise<string> {
  const words = text.trim();
  if (words === '') throw new DomainError('bad_request', 'a report has words');
  await deps.words.requireClean(words);
  return words;
}

/** Whose desk it is for, and whether a class runs. Throws not_found for a lesson the asker has no part in. */
async function placeOf(em: EntityManager, personId: string, lessonId: string | null): Promise<{ institutionId: string | null; inClass: boolean }> {
  if (lessonId === null) return { institutionId: await newestInstitutionOf(em, personId), inClass: false };
  const lesson = await em.findOne(Lesson, { id: lessonId });
  if (!lesson || !await roleInLesson(em, personId, lessonId)) throw new DomainError('not_found', 'no such lesson');
  return { institutionId: lesson.institutionId, inClass: lesson.status === 'open' || lesson.status === 'live' };
}

interface Told { ticketId: string; institutionId: string | null; personId: string | null; lessonId: string | null; category: HelpCategory; inClass: boolean; words: string; callBack: boolean; diagnostics: TicketBody['diagnostics'] }
async function addTicket(deps: Deps, em: EntityManager, { ticketId: id, inClass, ...told }: Told): Promise<void> {
  const askedAt = deps.now();
  const { institutionId, personId, lessonId, category, diagnostics } = told;
  const severity = severityOf(category, inClass);
  const dueAt = answerDueAt(severity, askedAt, minutesOf(deps));
  await em.insert(HelpTicket, { id, ...told, severity, state: 'new', askedAt, dueAt, firstAnsweredAt: null, assignedTo: null, handedUpAt: null, incidentId: null });
  const requestIds = diagnostics.errors.flatMap(({ requestId }) => (requestId ? [requestId] : []));
  await appendEvent(em, { personId, institutionId }, `help:${id}`, 'help:reported', askedAt, { ticketId: id, personId, lessonId, category, severity, dueAt: dueAt.toISOString(), requestIds });
  deps.log.info({ ticketId: id, institutionId, lessonId, category, severity, requestIds }, 'trouble reported');
}

/** The same id again changes nothing. Throws not_found, word_refused, too_many_attempts, bad_request. */
export async function report(deps: Deps, asker: Asker, { ticketId, category, text, lessonId, callBack, diagnostics }: TicketBody): Promise<OwnHelp> {
  const { personId } = asker;
  const words = await requireWords(deps, text);
  const { institutionId, inClass } = await placeOf(deps.orm.em.fork(), personId, lessonId);
  await unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`help:${personId}`]);
    const known = await em.findOne(HelpTicket, { id: ticketId });
    if (known && known.personId !== personId) throw new DomainError('bad_request', 'this id is used');
    if (known) return;
    if (await em.count(HelpTicket, { personId, state: { $ne: 'solved' } }) >= mostOpenReports) throw new DomainError('too_many_attempts', 'enough open reports');
    await addTicket(deps, em, { ticketId, institutionId, personId, lessonId, category, inClass, words, callBack, diagnostics });
  });
  return ownHelp(deps, asker);
}

/** Nobody is known here: words and diagnostics, for the platform's desk. Throws word_refused. */
export async function reportOutside(deps: Deps, { ticketId, category, text, diagnostics }: OutsideTicketBody): Promise<void> {
  const words = await requireWords(deps, text);
  await unitOfWork(deps.orm, platform, async (em) => {
    if (await em.findOne(HelpTicket, { id: ticketId })) return;
    await addTicket(deps, em, { ticketId, institutionId: null, personId: null, lessonId: null, category, inClass: false, words, callBack: false, diagnostics: { ...diagnostics, lessonId: null } });
  });
}

interface OfTicket { personId: string; ticketId: string }
/** Throws not_found, word_refused, bad_request. */
export const addPost = (deps: Deps, { personId, ticketId }: OfTicket, { postId, text }: HelpPostBody): Promise<void> => withinDesk(deps, personId, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
  const { ticket, desk } = await requireTicket(em, personId, ticketId);
  const words = await requireWords(deps, text);
  const known = await em.findOne(HelpPost, { id: postId });
  if (known && (known.ticketId !== ticketId || known.personId !== personId || known.words !== words)) throw new DomainError('bad_request', 'this post id is used');
  if (known) return;
  const [at, byDesk, { institutionId }] = [deps.now(), desk !== null, ticket];
  const first = byDesk && !ticket.firstAnsweredAt;
  const state = stateAfterPost(ticket.state, byDesk);
  await em.insert(HelpPost, { id: postId, institutionId: institutionId ?? null, ticketId, personId, byDesk, words, at });
  await em.nativeUpdate(HelpTicket, { id: ticketId }, { state, ...(first && { firstAnsweredAt: at }), ...(byDesk && !ticket.assignedTo && { assignedTo: personId }) });
  if (byDesk && ticket.personId) await tellAnswered(em, { institutionId: institutionId ?? null, personId: ticket.personId, words: ticket.words, askedAt: ticket.askedAt, now: at });
  await appendEvent(em, actorFor(personId, institutionId ?? null), `help:${ticketId}`, byDesk ? 'help:answered' : 'help:askedFurther', at, { ticketId, postId, personId, desk, first, state, late: first && at > ticket.dueAt });
}));

async function moveTo(em: EntityManager, ticket: HelpTicket, state: HelpState): Promise<boolean> {
  if (state === ticket.state) return false;
  await em.nativeUpdate(HelpTicket, { id: ticket.id }, { state });
  return true;
}

/** Saying it twice changes nothing. Throws not_found. */
export const setSolved = (deps: Deps, { personId, ticketId }: OfTicket, solved: boolean): Promise<void> => withinDesk(deps, personId, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
  const { ticket, desk } = await requireTicket(em, personId, ticketId);
  if (!await moveTo(em, ticket, stateAfterSolved(ticket.state, solved))) return;
  await appendEvent(em, actorFor(personId, ticket.institutionId ?? null), `help:${ticketId}`, solved ? 'help:solved' : 'help:reopened', deps.now(), { ticketId, personId, desk });
}));

/** Throws not_found. */
export const assign = (deps: Deps, { personId, ticketId }: OfTicket, mine: boolean): Promise<void> => withinDesk(deps, personId, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
  const { ticket } = await requireDesk(em, personId, ticketId);
  const assignedTo = mine ? personId : null;
  if ((ticket.assignedTo ?? null) === assignedTo) return;
  await em.nativeUpdate(HelpTicket, { id: ticketId }, { assignedTo });
  await appendEvent(em, actorFor(personId, ticket.institutionId ?? null), `help:${ticketId}`, 'help:assigned', deps.now(), { ticketId, to: assignedTo });
}));

/** Throws not_found, also where it is the platform's own. */
export const handUp = (deps: Deps, { personId, ticketId }: OfTicket): Promise<void> => withinDesk(deps, personId, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
  const { ticket, desk } = await requireDesk(em, personId, ticketId);
  if (desk !== 'institution') throw new DomainError('not_found', 'the platform has it already');
  if (ticket.handedUpAt) return;
  const at = deps.now();
  // Whoever took it gave it away: the platform's desk takes it anew.
  await em.nativeUpdate(HelpTicket, { id: ticketId }, { handedUpAt: at, assignedTo: null });
  await appendEvent(em, actorFor(personId, ticket.institutionId ?? null), `help:${ticketId}`, 'help:handedUp', at, { ticketId, personId });
}));
