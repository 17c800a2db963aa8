// Every look of a regulator at something of an institution is written down before the answer is sent; where that fails there is no answer (decision 088).
import type { FastifyRequest } from 'fastify';
import type { RouteName, RouteSpec } from '#contracts/rest.ts';
import { addLooks, inspectedAmong, institutionsOfNamed, peopleOfInstitutions, lookSubjects, secretlyInspected, type Named } from '#db/queries/looks.ts';
import type { LookSubject } from '#domain/look.ts';
import type { KnownPerson } from '../account/session.ts';
import type { Deps } from '../deps.ts';

/** These show something though they are no GET. */
const showing: readonly RouteName[] = ['POST /api/replays/:replayId/viewings', 'POST /api/lessons/:lessonId/live-stream', 'POST /api/ledger/exports', 'POST /api/oversight/search', 'POST /api/inspections/:inspectionId/units/:drawnId/looks'];
/** Pieces of what was written down when it began: a film of an hour is one look, not nine hundred; a picture of an inspection when its purpose is given. */
const pieces = /^GET \/api\/(viewings|segments|inspection-looks)\/|\/live-stream\/(segments|playlist)|\/pages\/:page/;
/** One's own plan, and lists of names to choose from. */
const plain: readonly RouteName[] = ['GET /api/lessons', 'GET /api/institutions', 'GET /api/me'];

const isLook = (name: RouteName): boolean => (name.startsWith('GET ') ? !pieces.test(name) && !plain.includes(name) && !name.startsWith('GET /api/me/') : showing.includes(name));

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const namedIn = (part: unknown): Named[] => Object.entries((part ?? {}) as Record<string, unknown>).flatMap(([name, id]) => (lookSubjects[name] && typeof id === 'string' && uuid.test(id) ? [{ name, id }] : []));

/** Ids that fields of a reply name, each once. */
function shownIn(value: unknown, found = new Map<string, Named>()): Named[] {
  if (Array.isArray(value)) for (const one of value) shownIn(one, found);
  else if (typeof value === 'object' && value !== null) {
    for (const one of namedIn(value)) found.set(`${one.name} ${one.id}`, one);
    for (const one of Object.values(value)) if (typeof one === 'object') shownIn(one, found);
  }
  return [...found.values()];
}

/** Shown in lists: enough to say what it was about. */
const mostSubjects = 20;
const headerOf = ({ headers }: FastifyRequest, name: string): string | null => (typeof headers[name] === 'string' && headers[name] !== '' ? headers[name] : null);
/** Of the picture of a check it is part of what is asked. */
const purposeOf = (request: FastifyRequest): string | null => {
  const { purpose } = (request.body ?? {}) as { purpose?: unknown };
  if (typeof purpose === 'string') return purpose.trim().slice(0, 200);
  const said = headerOf(request, 'keshi-purpose');
  if (said === null) return null;
  try {
    return decodeURIComponent(said).slice(0, 200);
  } catch {
    return null;
  }
};

/** On which inspection: it stands in the address or, in routes that are no inspection's, in a header. */
function inspectionOf(request: FastifyRequest): string | null {
  const named = [request.params, request.query].map((part) => (part as Record<string, unknown> | undefined)?.['inspectionId']).find((id) => typeof id === 'string') ?? headerOf(request, 'keshi-inspection');
  return typeof named === 'string' && uuid.test(named) ? named : null;
}

/** What was named or, where nothing was, which people's data was shown; by institution, of those this person oversees. */
async function lookedAt(deps: Deps, person: KnownPerson, request: FastifyRequest, reply: unknown): Promise<Map<string, LookSubject[]>> {
  const em = deps.orm.em.fork();
  const overseen = new Set(person.oversees);
  const asked = [...namedIn(request.params), ...namedIn(request.query), ...namedIn(request.body)];
  const shown = asked.some(({ name }) => name !== 'personId') ? [] : shownIn(reply);
  const people = [...asked, ...shown].filter(({ name, id }) => name === 'personId' && id !== person.personId);
  // A list that shows nobody is no look at anybody.
  const things = asked.length > 0 || people.length > 0 ? [...asked, ...shown] : [];
  const found = (await institutionsOfNamed(em, things)).filter(({ institutionId }) => overseen.has(institutionId));
  const byInstitution = new Map<string, LookSubject[]>();
  for (const { institutionId, kind, id } of found) byInstitution.set(institutionId, [...(byInstitution.get(institutionId) ?? []), { kind, id }]);
  // A list of learners, or a person who is asked for alone: who they are stands there too.
  if (asked.length === 0 || byInstitution.size === 0) for (const [institutionId, shownPeople] of await peopleOfInstitutions(em, people.map((one) => one.id), person.oversees)) byInstitution.set(institutionId, [...(byInstitution.get(institutionId) ?? []).slice(0, 2), ...shownPeople.filter((id) => !asked.some((one) => one.id === id)).map((id): LookSubject => ({ kind: 'person', id }))]);
  const askedPeople: LookSubject[] = asked.filter(({ name }) => name === 'personId').map(({ id }) => ({ kind: 'person', id }));
  return new Map([...byInstitution].map(([institutionId, subjects]) => [institutionId, [...subjects, ...askedPeople].slice(0, mostSubjects)]));
}

/** Called within the asker's reach, between handler and answer. */
export async function writeLook(deps: Deps, name: RouteName, spec: RouteSpec, request: FastifyRequest, reply: unknown): Promise<void> {
  const { person } = request;
  if (!person || person.oversees.length === 0 || !isLook(name)) return;
  const found = await lookedAt(deps, person, request, spec.reply === 'file' ? null : reply);
  const at = deps.now();
  const purpose = purposeOf(request);
  const inspectionId = inspectionOf(request);
  // One that does not concern the institution hides nothing from it.
  const inspected = inspectionId === null ? [] : await inspectedAmong(deps.orm.em.fork(), inspectionId, person.oversees);
  if (found.size === 0) for (const institutionId of inspected) found.set(institutionId, []);
  const secret = await secretlyInspected(deps.orm.em.fork(), [...found.values()].flat());
  const ofInspection = (institutionId: string): string | null => (inspected.includes(institutionId) ? inspectionId : secret.get(institutionId) ?? null);
  await addLooks(deps.orm.em.fork(), [...found].map(([institutionId, subjects]) => ({ institutionId, personId: person.personId, route: name, subjects, at, purpose, inspectionId: ofInspection(institutionId) })));
}
