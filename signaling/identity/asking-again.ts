// An authority that gave no answer is asked again later, by itself, with longer and longer pauses; its answer is kept as the first one would have been (R102).
import { Identity } from '#db/entities/identity.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { askAgainAt, openIdentity } from '#db/queries/identities.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';

const lookEveryMs = 60_000;
const atOnce = 20;
type AskingDeps = Pick<Deps, 'orm' | 'vault' | 'authority' | 'log' | 'now'>;

/** Each is taken by one process, with its next time set beforehand: one that dies meanwhile delays the question and loses nothing. Only with a consent that stands. */
async function takeDue({ orm, now }: AskingDeps): Promise<string[]> {
  const at = now();
  return unitOfWork(orm, platform, async (em) => {
    const due = await em.execute<{ person_id: string; authority_tries: number }[]>(
      `select i.person_id, i.authority_tries from identity i where i.authority_status = 'unavailable' and i.authority_next_at <= ?
         and (select c.given from consent c where c.person_id = i.person_id and c.purpose = 'authority' order by c.at desc, c.id desc limit 1)
       order by i.authority_next_at limit ${atOnce} for update of i skip locked`, [at]);
    for (const row of due) {
      const authorityTries = row.authority_tries + 1;
      await em.nativeUpdate(Identity, { personId: row.person_id }, { authorityTries, authorityNextAt: askAgainAt(authorityTries, at) });
    }
    return due.map((row) => row.person_id);
  });
}

async function askFor(deps: AskingDeps, personId: string): Promise<boolean> {
  const { orm, vault, authority, log, now } = deps;
  const em = orm.em.fork();
  const identity = await em.findOneOrFail(Identity, { personId });
  const { name } = await em.findOneOrFail(Person, { id: personId });
  const { number } = openIdentity(vault, identity, ['number']);
  if (number === null) throw new DomainError('internal', 'an identity has a number');
  const answer = await authority.ask({ name, documentKind: identity.documentKind, number });
  if (answer === 'unavailable' || answer === 'not_asked') return false;
  const at = now();
  return unitOfWork(orm, platform, async (write) => {
    // Not where the person put something else in its place meanwhile.
    const asked = { personId, authorityStatus: 'unavailable' as const, numberHash: identity.numberHash };
    const changed = await write.nativeUpdate(Identity, asked, { authorityStatus: answer, authorityAt: at, authorityNextAt: null });
    if (changed === 0) return false;
    await appendEvent(write, platform, `person:${personId}`, 'identity:authorityAnswered', at, { personId, authority: answer });
    log.info({ personId, authority: answer }, 'an authority answered');
    return true;
  });
}

/** One round; answers how many were answered. One that fails keeps nobody else from being asked. */
export async function askAgain(deps: AskingDeps): Promise<number> {
  if (!deps.authority.asks) return 0;
  let answered = 0;
  for (const personId of await takeDue(deps)) {
    const done = await askFor(deps, personId).catch((error: unknown) => {
      deps.log.error({ err: error, personId }, 'an authority could not be asked again');
      return false;
    });
    if (done) answered += 1;
  }
  return answered;
}

/** Until the answered function is called. One round at a time. */
export function keepAsking(deps: AskingDeps): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void askAgain(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'authorities were not asked again; tried later')).finally(() => { running = false; });
  }, lookEveryMs).unref();
  return () => clearInterval(timer);
}
