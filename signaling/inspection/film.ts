// A drawn recording under inspection: what there is to jump to, findings at a time mark, and pictures of checks after the purpose was given.
import type { FindingBody, InspectedFilm } from '#contracts/inspection.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { InspectionFinding, InspectionLook } from '#db/entities/inspection.ts';
import { Replay } from '#db/entities/recording.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { inspectionMarks } from '#db/queries/inspection-marks.ts';
import { findingsOf, inspectionFor, standingOf, standsAs, unitsOf, type InspectionRow } from '#db/queries/inspections.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { lookValidMs, mayMove, seenByOffice } from '#domain/inspection/inspection.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { showPicture } from '../http/kept-picture.ts';
import { held, toldOf } from './service.ts';
import { tellInspection } from './telling.ts';

interface Drawn { inspectionId: string; drawnId: string }
const missing = (): DomainError => new DomainError('not_found', 'no such recording in such an inspection');
const mayLook = ({ status }: Pick<InspectionRow, 'status'>): boolean => status === 'drawn' || status === 'handed';

/** Throws not_found for whoever does not carry it out. */
async function filmFor(em: EntityManager, personId: string, { inspectionId, drawnId }: Drawn, now: Date) {
  const found = await inspectionFor(em, personId, inspectionId);
  if (found?.part.part !== 'inspector') throw missing();
  const reading = { ...found, now };
  const findings = await findingsOf(em, found.row, reading);
  const [unit] = await unitsOf(em, found.row, reading, findings, drawnId);
  if (!unit) throw missing();
  return { row: found.row, findings, unit };
}

export async function inspectedFilm(em: EntityManager, personId: string, drawn: Drawn, now: Date): Promise<InspectedFilm> {
  const { row, findings, unit } = await filmFor(em, personId, drawn, now);
  const replay = await em.findOneOrFail(Replay, { id: unit.replayId });
  const { marks, leftOut } = await inspectionMarks(em, { lessonId: unit.lessonId, startsAt: replay.startsAt ?? null, durationMs: unit.durationMs });
  return {
    inspectionId: row.id, title: row.title, unit, marks, leftOut, findings: findings.filter(({ drawnId }) => drawnId === unit.drawnId), mayFind: mayMove(standingOf(row, findings), 'find'), mayLook: mayLook(row),
  };
}

/** Throws what the route says. */
export async function fileFinding({ orm, now }: Deps, personId: string, drawn: Drawn, { atMs, severity, evidence, words }: FindingBody): Promise<InspectedFilm> {
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const at = now();
    const row = await held(em, personId, drawn.inspectionId, 'find', at);
    const { unit } = await filmFor(em, personId, drawn, at);
    if (atMs > unit.durationMs) throw new DomainError('finding_outside', 'beyond the end of the film');
    const found = { id: newId(at.getTime()), inspectionId: row.id, institutionId: unit.institutionId, inspectionUnitId: unit.drawnId, atMs, severity, evidence: [...evidence], words: words.trim(), madeBy: personId, madeAt: at };
    await em.insert(InspectionFinding, found);
    // The institution reads findings when they are handed over, announced or not: until then they stand with whoever found them.
    await tellInspection(em, personId, { ...toldOf(row), announced: false }, 'found', at, { findingId: found.id, replayId: unit.replayId, fileSha256: unit.sha256, atMs, severity, evidence: found.evidence, wordsHash: canonicalHash({ words: found.words }) });
    return inspectedFilm(em, personId, drawn, at);
  });
}

/** The purpose goes on record before the picture can be asked for. Throws what the route says. */
export async function giveLookPurpose({ orm, now }: Deps, personId: string, drawn: Drawn, { checkId, purpose }: { checkId: string; purpose: string }): Promise<{ lookId: string }> {
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const at = now();
    const { row, unit } = await filmFor(em, personId, drawn, at);
    if (!mayLook(row)) throw new DomainError('inspection_move_refused', 'the inspection is closed');
    const check = await em.findOne(FaceCheck, { id: checkId, lessonId: unit.lessonId, viewingId: null });
    const { marks } = check ? await inspectionMarks(em, { lessonId: unit.lessonId, startsAt: (await em.findOneOrFail(Replay, { id: unit.replayId })).startsAt ?? null, durationMs: unit.durationMs }) : { marks: [] };
    if (!check || !marks.some((mark) => mark.kind !== 'presence' && mark.checkId === checkId)) throw new DomainError('not_found', 'no check of this recording');
    const lookId = newId(at.getTime());
    await em.insert(InspectionLook, { id: lookId, institutionId: unit.institutionId, inspectionId: row.id, inspectionUnitId: unit.drawnId, checkId, personId, purpose: purpose.trim(), at });
    return { lookId };
  });
}

/** Throws not_found for another's look, one that is too old, and a picture that is gone. */
export async function lookAtPicture(deps: Deps, personId: string, lookId: string): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const look = await em.findOne(InspectionLook, { id: lookId, personId });
  const found = look && (await inspectionFor(em, personId, look.inspectionId));
  if (!look || found?.part.part !== 'inspector' || !mayLook(found.row) || deps.now().getTime() > look.at.getTime() + lookValidMs) throw new DomainError('not_found', 'no such look');
  const check = await em.findOneOrFail(FaceCheck, { id: look.checkId });
  const actor = actorFor(personId, check.institutionId);
  // An event of the lesson would give away an inspection that was not announced: then it stands with whoever looks.
  const known = seenByOffice(standsAs(found.row));
  return showPicture(deps, known ? actor : actorFor(personId, null), check.pictureId, {
    stream: known ? `lesson:${check.lessonId}` : `person:${found.row.made_by}`, payload: { checkId: check.id, inspectionId: look.inspectionId, lookId, purposeHash: canonicalHash({ purpose: look.purpose }) },
  });
}
