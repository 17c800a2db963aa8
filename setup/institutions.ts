// `npm run institutions`: the institutions there are, a new one with whoever runs its office, and the first people of other parts. Everything else they do themselves in the product.
import { resolve } from 'node:path';
import { readMasterKey, masterKeySettings, requireCurrentKey } from '#db/master-key.ts';
import { Institution, Membership } from '#db/entities/people.ts';
import { appendEvent, openDatabase, unitOfWork, type Actor, type EntityManager, type Orm } from '#db/orm.ts';
import { knownPerson } from '#db/queries/known-person.ts';
import { allOversight, confirmMove, endOversight, grantOversight } from '#db/queries/oversight.ts';
import { loggedDeed } from '#db/queries/security-log.ts';
import { forgetFactor } from '#db/queries/second-factor.ts';
import { createVault } from '#db/vault.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { databaseSettings, findDatabase } from './find-database.ts';
import { foundPaths } from './found.ts';

const parts = ['institution', 'admin', 'regulator'] as const satisfies readonly MembershipRole[];
type Part = (typeof parts)[number];
const usage = [
  'Usage: npm run institutions -- list',
  '       npm run institutions -- add NAME LOGIN PERSON',
  `       npm run institutions -- appoint ID ${parts.join('|')} LOGIN PERSON`,
  '       npm run institutions -- oversee REGION LOGIN PERSON      regulator of all institutions filed there or below',
  '       npm run institutions -- end-oversight REGION LOGIN PERSON',
  '       npm run institutions -- moved ID                         its former region oversees it no more',
  '       npm run institutions -- forget-factor LOGIN PERSON       for a lost phone; make sure who asks',
  'REGION: six digits (GB/T 2260), of a province, city or county.',
  'LOGIN: login or phone number of somebody who has registered. PERSON: their name, as registered.',
];
const nameLongest = 100;
type Say = (line: string) => void;
interface Who { who: string; name: string }

interface Listed { id: string; name: string; office: string | null }
async function list(orm: Orm, say: Say): Promise<void> {
  const found = await orm.em.fork().execute<Listed[]>(
    `select i.id, i.name, (select string_agg(p.name, ', ' order by p.name) from membership m join person p on p.id = m.person_id where m.institution_id = i.id and m.role = 'institution') as office from institution i order by i.name, i.id`);
  if (found.length === 0) say('There is no institution yet.');
  for (const { id, name, office } of found) say(`${id}  ${name}  (${office ?? 'nobody in its office'})`);
  for (const { regionCode, name, institutions } of await allOversight(orm.em.fork())) say(`${regionCode}  is overseen by ${name}  (${institutions} institutions)`);
}

async function appointed(em: EntityManager, institutionId: string, role: Part, personId: string, at: Date): Promise<boolean> {
  if (await em.count(Membership, { personId, institutionId, role }) > 0) return false;
  const id = newId(at.getTime());
  await em.insert(Membership, { id, personId, institutionId, role, createdAt: at });
  await appendEvent(em, { personId: null, institutionId }, `institution:${institutionId}`, 'membership:added', at, { membershipId: id, personId, role });
  return true;
}

/** One after the other, so that no two are made of one name. */
async function add(orm: Orm, name: string, personId: string, say: Say): Promise<void> {
  const institutionId = newId();
  const at = new Date();
  await unitOfWork(orm, { personId: null, institutionId }, async (em) => {
    await em.execute(`select pg_advisory_xact_lock(hashtextextended('keshi:institutions', 0))`);
    const same = await em.findOne(Institution, { name });
    if (same) throw new ConfigError([`There is an institution called ${name} already: ${same.id}`]);
    await em.insert(Institution, { id: institutionId, name, createdAt: at });
    await appendEvent(em, { personId: null, institutionId }, `institution:${institutionId}`, 'institution:added', at, {});
    await appointed(em, institutionId, 'institution', personId, at);
  });
  say(`${institutionId}  ${name}  is there. Whoever runs its office signs in and goes on under 机构 (Institution).`);
}

async function appoint(orm: Orm, institutionId: string, role: Part, personId: string, say: Say): Promise<void> {
  const fresh = await unitOfWork(orm, { personId: null, institutionId }, async (em) => {
    if (!await em.findOne(Institution, { id: institutionId })) throw new ConfigError([`There is no institution ${institutionId}: npm run institutions -- list shows those there are.`]);
    return appointed(em, institutionId, role, personId, new Date());
  });
  say(fresh ? `Appointed as ${role}.` : `They have been ${role} there already.`);
}

const nobody: Actor = { personId: null, institutionId: null };
async function oversee(orm: Orm, region: string, personId: string, say: Say): Promise<void> {
  const reached = await unitOfWork(orm, nobody, (em) => grantOversight(em, personId, region, 'operator', new Date()));
  say(reached === null ? `They oversee ${region} already.` : `They oversee ${region} now, and ${reached} institutions there.`);
}

async function stopOverseeing(orm: Orm, region: string, personId: string, say: Say): Promise<void> {
  const ended = await unitOfWork(orm, nobody, (em) => endOversight(em, personId, region, new Date()));
  say(ended ? `They oversee ${region} no more.` : `They do not oversee ${region}.`);
}

async function moved(orm: Orm, institutionId: string, say: Say): Promise<void> {
  const gone = await unitOfWork(orm, nobody, (em) => confirmMove(em, institutionId, new Date()));
  say(`${gone} people of its former region oversee it no more.`);
}

/** For a lost phone without recovery codes: whoever runs the platform has made sure who asks. */
async function loseFactor(orm: Orm, personId: string, say: Say): Promise<void> {
  const gone = await unitOfWork(orm, nobody, (em) => forgetFactor(em, personId, 'forgotten', new Date()));
  say(gone ? 'Their second factor is forgotten and they are logged out; at the next login they set up another.' : 'They have no second factor.');
}

/** `who`: null where the deed is about no person. `about`: ids and codes for the security log; null for what changes nothing. */
interface Wish { deed: (orm: Orm, personId: string) => Promise<void>; who: Who | null; about: Record<string, string> | null }
const isId = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text);
function wished(words: readonly string[], say: Say): Wish | null {
  const [command, first = '', second = '', third = '', fourth = ''] = words;
  if (words.some((word) => word.trim() === '')) return null;
  const name = first.trim();
  if (command === 'add' && words.length === 4 && name.length <= nameLongest) return { deed: (orm, personId) => add(orm, name, personId, say), who: { who: second, name: third }, about: {} };
  const part = parts.find((one) => one === second);
  if (command === 'appoint' && words.length === 5 && part && isId(first)) return { deed: (orm, personId) => appoint(orm, first, part, personId, say), who: { who: third, name: fourth }, about: { institutionId: first, role: part } };
  if (command === 'oversee' && words.length === 4) return { deed: (orm, personId) => oversee(orm, first, personId, say), who: { who: second, name: third }, about: { region: first } };
  if (command === 'end-oversight' && words.length === 4) return { deed: (orm, personId) => stopOverseeing(orm, first, personId, say), who: { who: second, name: third }, about: { region: first } };
  if (command === 'forget-factor' && words.length === 3) return { deed: (orm, personId) => loseFactor(orm, personId, say), who: { who: first, name: second }, about: {} };
  if (command === 'moved' && words.length === 2 && isId(first)) return { deed: (orm) => moved(orm, first, say), who: null, about: { institutionId: first } };
  if (command === 'list' && words.length === 1) return { deed: (orm) => list(orm, say), who: null, about: null };
  return null;
}

/** `command`: the first word, as the security log has it. */
async function run(orm: Orm, { deed, who, about }: Wish, command: string, keyPlace: Parameters<typeof readMasterKey>[0]): Promise<void> {
  const done = (personId: string): Promise<void> => (about === null ? deed(orm, personId) : loggedDeed(orm,
    { kind: command === 'forget-factor' ? 'second_factor' : 'role', subject: `npm run institutions -- ${command}`, personId: personId || null, institutionId: about['institutionId'] ?? null, detail: about }, () => deed(orm, personId)));
  if (!who) return done('');
  const masterKey = await readMasterKey(keyPlace);
  await requireCurrentKey(orm, masterKey);
  try {
    await done(await knownPerson(orm.em.fork(), createVault(masterKey), who));
  } catch (error) {
    if (error instanceof DomainError && error.code === 'person_unknown') throw new ConfigError([`Nobody has registered with ${who.who} and the name ${who.name}. They register in the product first (实名注册).`]);
    throw error;
  }
}

/** Runs one command. Throws ConfigError with one line per thing that is wrong. */
export async function runInstitutions(words: readonly string[], env: NodeJS.ProcessEnv, say: Say): Promise<void> {
  const wish = wished(words, say);
  if (!wish) throw new ConfigError(usage);
  const config = readConfig([...databaseSettings, ...masterKeySettings], { ...foundPaths(env), ...env });
  const dataDir = resolve(import.meta.dirname, '..', config.DATA_DIR);
  const database = await findDatabase(config, dataDir);
  try {
    const orm = await openDatabase(database.url);
    try {
      await run(orm, wish, words[0]!, { ...config, DATA_DIR: dataDir });
    } finally {
      await orm.close();
    }
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  try {
    await runInstitutions(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
