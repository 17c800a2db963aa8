// Checks of who comes in, what they may, and what is kept of them: identification, access control, residual and personal information.
import { verify } from '@node-rs/argon2';
import { demoAccounts, demoPassword } from '../demo.ts';
import { passwordFault } from '#domain/identity/registration.ts';
import { loginLimits } from '#domain/security-log.ts';
import { failed, judged, passed, skipped, type Finding, type TriedId } from '#domain/self-test/controls.ts';
import { countAttempts } from '#runtime/attempts.ts';
import { ask, type SelfTestContext } from './context.ts';

export type Check = (context: SelfTestContext) => Promise<Finding>;
type Counted = { n: number };

const passwordRules: Check = async () => {
  const own = { number: '110101199003070073', phone: '13800000000' };
  const weak = ['', '123456789', '1111111111', '110101199003070073', '13800000000'];
  const taken = weak.filter((password) => passwordFault(password, own) === null);
  return judged(taken.length === 0 && passwordFault('Regen-über-3-Dächern', own) === null, `${weak.length - taken.length}/${weak.length}`);
};

/** Argon2id alone; `-` is nobody's password. */
const passwordsHashed: Check = async (context) => {
  const { n } = await ask<Counted>(context, `select count(*)::int as n from account where password_hash <> '-' and password_hash not like '$argon2id$%' and disabled_at is null`);
  return judged(n === 0, `argon2id; ${n}`);
};

const demoAccountsGone: Check = async (context) => {
  const logins = demoAccounts.map(({ login }) => login);
  const rows = await context.orm.em.fork().execute<{ login: string; password_hash: string }[]>(`select login, password_hash from account where disabled_at is null and login = any(?::text[])`, [`{${logins.join(',')}}`]);
  const open: string[] = [];
  for (const { login, password_hash: hash } of rows) if (hash.startsWith('$argon2') && await verify(hash, demoPassword).catch(() => false)) open.push(login);
  return judged(open.length === 0, open.join(', '));
};

/** The counter the login asks is asked here, with the login's limits: the attempt after the last is not heard. */
const lockout: Check = async () => {
  const { perLogin, perAddress, windowMs } = loginLimits;
  const attempts = countAttempts(windowMs);
  const tried = Array.from({ length: perLogin + 1 }, () => attempts.take([{ key: 'somebody', limit: perLogin }], 0));
  return judged(perLogin <= 10 && perAddress <= 200 && tried.slice(0, -1).every((wait) => wait === 0) && (tried.at(-1) ?? 0) > 0, `${perLogin} / ${windowMs / 60_000} min`);
};

const sessionsEnd: Check = async (context) => {
  const { n } = await ask<Counted>(context, `select count(*)::int as n from login_session where expires_at > created_at + interval '30 days 1 minute' or expires_at > now() + interval '12 hours 1 minute'`);
  return judged(n === 0, `12 h / 30 d; ${n}`);
};

/** Whoever runs the platform or oversees, an institution or a region (with or without institutions yet), has one that was proven by a code; one that was only begun is none. */
const secondFactor: Check = async (context) => {
  const { n, all } = await ask<Counted & { all: number }>(context,
    `with wanted as (select person_id from membership where role in ('admin', 'regulator') union select person_id from region_oversight where ended_at is null)
     select count(*)::int as all, (count(*) filter (where not exists (select from second_factor f where f.person_id = w.person_id and f.confirmed_at is not null)))::int as n
     from wanted w where exists (select from account a where a.person_id = w.person_id and a.disabled_at is null)`);
  return all === 0 ? skipped('0') : judged(n === 0, `${all - n}/${all}`);
};

const rolesOwnNothing: Check = async (context) => {
  const { owned, strong } = await ask<{ owned: number; strong: number }>(context,
    `select (select count(*)::int from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('keshi_app', 'keshi_platform') and c.relnamespace = 'public'::regnamespace) as owned,
       (select count(*)::int from pg_roles where rolname in ('keshi_app', 'keshi_platform') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)) as strong`);
  return judged(owned === 0 && strong === 0, `${owned} / ${strong}`);
};

const tenantsApart: Check = async (context) => {
  const rows = await context.orm.em.fork().execute<{ name: string; guarded: boolean }[]>(
    `select c.relname as name, c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid) as guarded from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'institution_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`);
  const open = rows.filter(({ guarded }) => !guarded).map(({ name }) => name);
  return open.length === 0 ? passed(String(rows.length)) : failed(open.join(', '));
};

/** Whoever oversees an institution does not run it, and whoever runs the platform does not oversee. */
const dutiesApart: Check = async (context) => {
  const { n } = await ask<Counted>(context,
    `select count(*)::int as n from membership m where m.role = 'regulator' and exists (select from membership o where o.person_id = m.person_id and o.role in ('admin', 'institution', 'teacher'))`);
  return judged(n === 0, String(n));
};

const closedAccounts: Check = async (context) => {
  const { n } = await ask<Counted>(context, `select count(*)::int as n from login_session s join account a on a.id = s.account_id where a.disabled_at is not null and s.expires_at > now()`);
  return judged(n === 0, String(n));
};

const keysDestroyed: Check = async (context) => {
  const { n, all } = await ask<Counted & { all: number }>(context,
    `select count(*)::int as all, (count(*) filter (where exists (select from learner_key k where k.person_id = f.person_id and k.created_at <= f.key_created_at)))::int as n from forgotten_key f`);
  return all === 0 ? skipped('0') : judged(n === 0, `${all - n}/${all}`);
};

/** Whose face is known said yes, and has not taken it back since. */
const facesConsented: Check = async (context) => {
  const { n, all } = await ask<Counted & { all: number }>(context,
    `select count(*)::int as all, (count(*) filter (where coalesce((select not c.given from consent c where c.person_id = e.person_id and c.purpose = 'face' order by c.at desc limit 1), true)))::int as n
     from face_enrolment e where e.status = 'active' and exists (select from learner_key k where k.person_id = e.person_id)`);
  return all === 0 ? skipped('0') : judged(n === 0, `${all - n}/${all}`);
};

const looksWithReason: Check = async (context) => {
  const { n, all } = await ask<Counted & { all: number }>(context, `select count(*)::int as all, (count(*) filter (where length(btrim(reason)) < 2))::int as n from identity_view`);
  return all === 0 ? skipped('0') : judged(n === 0, `${all - n}/${all}`);
};

export const peopleChecks = {
  passwordRules, passwordsHashed, demoAccounts: demoAccountsGone, lockout, sessionsEnd, secondFactor, rolesOwnNothing, tenantsApart, dutiesApart, closedAccounts, keysDestroyed, facesConsented, looksWithReason,
} satisfies Partial<Record<TriedId, Check>>;
