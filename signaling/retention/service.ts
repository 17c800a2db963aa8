// Holds, deletion requests and what was deleted, for the office and whoever oversees it.
import type { DeletionAsked, DeletionCertificate, DeletionDecision, DeletionRequest, HoldBody, Holdable, OwnData, Retention } from '#contracts/retention-routes.ts';
import { appendEvent, tellFact, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { destroyKey } from '#db/queries/destroyed-keys.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import { authorityRoles, isOffice, officeRoles, requirePart } from '#db/queries/institution-access.ts';
import { holdable, legalHolds, mayBeHeld } from '#db/queries/legal-holds.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { ownData } from '#db/queries/own-data.ts';
import { acrossInstitutionsIn } from '#db/tenancy.ts';
import { consentVersion } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

const overseers = [...officeRoles, ...authorityRoles];
const iso = (at: string | null): string | null => at && new Date(at).toISOString();

interface RequestRow { id: string; person_id: string; person_name: string; words: string; asked_at: string; outcome: DeletionRequest['outcome']; decision_words: string | null; decided_at: string | null }
async function requestsOf(em: EntityManager, institutionId: string): Promise<DeletionRequest[]> {
  const rows = await em.execute<RequestRow[]>(
    `select r.*, p.name as person_name from deletion_request r join person p on p.id = r.person_id where r.institution_id = ? order by r.decided_at is not null, case when r.decided_at is null then r.asked_at end, r.asked_at desc, r.id limit 200`, [institutionId]);
  return rows.map((row) => ({ requestId: row.id, personId: row.person_id, personName: row.person_name, words: row.words, askedAt: iso(row.asked_at)!, outcome: row.outcome, decisionWords: row.decision_words, decidedAt: iso(row.decided_at) }));
}

interface CertificateRow { id: string; class: DeletionCertificate['retentionClass']; subject_id: string; counts: Record<string, number>; ids_hash: string; rule: string; due_at: string; deleted_at: string }
async function certificatesOf(em: EntityManager, institutionId: string): Promise<DeletionCertificate[]> {
  const rows = await em.execute<CertificateRow[]>('select * from deletion_certificate where institution_id = ? order by deleted_at desc, id desc limit 100', [institutionId]);
  return rows.map(({ counts: { files = 0, ...counts }, ...row }) => ({
    certificateId: row.id, retentionClass: row.class, subjectId: row.subject_id, rows: Object.values(counts).reduce((sum, one) => sum + one, 0), files, rule: row.rule, dueAt: iso(row.due_at)!, deletedAt: iso(row.deleted_at)!, idsHash: row.ids_hash,
  }));
}

/** Throws not_found for an institution the asker neither is of the office of nor oversees. */
export async function retentionState(em: EntityManager, personId: string, institutionId: string): Promise<Retention> {
  const roles = await requirePart(em, personId, institutionId, overseers);
  return { institutionId, mayDecide: isOffice(roles), holds: await legalHolds(em, institutionId), requests: await requestsOf(em, institutionId), certificates: await certificatesOf(em, institutionId) };
}

/** Throws not_found. */
export async function findHoldable(em: EntityManager, personId: string, institutionId: string, { scope, text }: { scope: 'person' | 'cohort' | 'lesson'; text: string }): Promise<Holdable> {
  await requirePart(em, personId, institutionId, overseers);
  return holdable(em, institutionId, scope, text);
}

/** Throws not_found. */
export function setHold({ orm, now }: Deps, personId: string, institutionId: string, { scope, subjectId, reason }: HoldBody): Promise<Retention> {
  const [at, actor] = [now(), actorFor(personId, institutionId)];
  return unitOfWork(orm, actor, async (em) => {
    await requirePart(em, personId, institutionId, overseers);
    if (!await mayBeHeld(em, institutionId, scope, subjectId)) throw new DomainError('not_found', 'nothing of this institution');
    const holdId = newId(at.getTime());
    await em.execute('insert into legal_hold (id, institution_id, scope, subject_id, reason, set_by, from_at) values (?, ?, ?, ?, ?, ?, ?)', [holdId, institutionId, scope, subjectId, reason.trim(), personId, at]);
    await appendEvent(em, actor, `institution:${institutionId}`, 'hold:set', at, { holdId, scope, subjectId });
    return retentionState(em, personId, institutionId);
  });
}

/** Throws not_found, already_decided. */
export function endHold({ orm, now }: Deps, personId: string, holdId: string, reason: string): Promise<Retention> {
  const at = now();
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const [hold] = await em.execute<{ institution_id: string; ended_at: string | null }[]>('select institution_id, ended_at from legal_hold where id = ? for update', [holdId]);
    if (!hold) throw new DomainError('not_found', 'no such hold');
    await requirePart(em, personId, hold.institution_id, overseers);
    if (hold.ended_at) throw new DomainError('already_decided', 'this hold was ended');
    await em.execute('update legal_hold set ended_at = ?, ended_by = ?, end_reason = ? where id = ?', [at, personId, reason.trim(), holdId]);
    await appendEvent(em, actorFor(personId, hold.institution_id), `institution:${hold.institution_id}`, 'hold:ended', at, { holdId });
    return retentionState(em, personId, hold.institution_id);
  });
}

/** The consent ends with the face, so that none is taken again unasked; the key makes copies noise before the files are gone. Throws under_hold. */
const deleteFace = (em: EntityManager, actor: Actor, personId: string, at: Date): Promise<void> => acrossInstitutionsIn(em, async () => {
  const [held] = await em.execute<{ held: boolean }[]>(`select cardinality(held_by('face', ?)) > 0 as held`, [personId]);
  if (held!.held) throw new DomainError('under_hold', 'a legal hold keeps this face');
  await em.execute(`insert into consent (id, person_id, purpose, version, given, at) values (?, ?, 'face', ?, false, ?)`, [newId(at.getTime()), personId, consentVersion.face, at]);
  await em.execute(`insert into check_way (person_id, way, reason, at) values (?, 'alternative', 'refused', ?) on conflict (person_id) do update set way = excluded.way, reason = excluded.reason, at = excluded.at`, [personId, at]);
  const withdrawn = await withdrawFace(em, personId, at);
  const keyDestroyed = await destroyKey(em, personId);
  await tellFact(em, { type: 'checkWay:changed', personId });
  await appendEvent(em, actor, `person:${personId}`, 'face:deleted', at, { personId, ...withdrawn, keyDestroyed });
});

/** Throws not_found, already_decided, forbidden, under_hold. */
export function decideRequest({ orm, now }: Deps, personId: string, requestId: string, { outcome, words }: DeletionDecision): Promise<Retention> {
  const at = now();
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const [row] = await em.execute<{ institution_id: string; person_id: string; decided_at: string | null }[]>('select institution_id, person_id, decided_at from deletion_request where id = ? for update', [requestId]);
    if (!row) throw new DomainError('not_found', 'no such request');
    await requirePart(em, personId, row.institution_id, officeRoles);
    if (row.person_id === personId) throw new DomainError('forbidden', 'somebody else decides');
    if (row.decided_at) throw new DomainError('already_decided', 'this request was decided');
    const actor = actorFor(personId, row.institution_id);
    if (outcome === 'carried_out') await deleteFace(em, actor, row.person_id, at);
    await em.execute('update deletion_request set outcome = ?, decision_words = ?, decided_by = ?, decided_at = ? where id = ?', [outcome, words.trim(), personId, at, requestId]);
    await appendEvent(em, actor, `person:${row.person_id}`, 'deletion:decided', at, { requestId, outcome });
    return retentionState(em, personId, row.institution_id);
  });
}

/** Throws not_found, already_asked. */
export function askForDeletion({ orm, now }: Deps, personId: string, { institutionId, words }: DeletionAsked): Promise<OwnData> {
  const [at, actor] = [now(), actorFor(personId, institutionId)];
  return unitOfWork(orm, actor, async (em) => {
    if (!await mayBeHeld(em, institutionId, 'person', personId)) throw new DomainError('not_found', 'no such institution');
    const requestId = newId(at.getTime());
    const added = await em.execute<unknown[]>('insert into deletion_request (id, institution_id, person_id, words, asked_at) values (?, ?, ?, ?, ?) on conflict do nothing returning id', [requestId, institutionId, personId, words.trim(), at]);
    if (added.length === 0) throw new DomainError('already_asked', 'a request of yours waits already');
    await appendEvent(em, actor, `person:${personId}`, 'deletion:asked', at, { requestId });
    return ownData(em, personId, at);
  });
}
