// A stranger's check of a lesson's evidence: imports nothing of the product, knows only what decision 044 says, reads the answer of the evidence route and says what is wrong.
// node redraw.ts < evidence.json
import { createHash, createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';

interface Moment { personId: string; unitId: string; dueMs: number }
interface Unit { unitId: string; startMs: number; endMs: number }
interface Pinned { at: string; personIds: string[]; drawn: number; drawHash: string }
interface Session {
  sessionId: string; rulePack: string; seedHash: string; seed: string; moments: Moment[];
  sealed: { at: string }; revealed: { at: string };
  draw: Pinned & { units: Unit[]; perUnit: number; windowMs: number; perSecond: number }; late: Pinned[];
}
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Numbers in [0, 1): 53 bits of each eight bytes of HMAC-SHA256(seed, label, 0, counter). */
function* numbers(seed: Buffer, label: string): Generator<number, never> {
  for (let counter = 0; ; counter++) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const block = createHmac('sha256', seed).update(Buffer.concat([Buffer.from(label), Buffer.alloc(1), count])).digest();
    for (let at = 0; at < 32; at += 8) yield Number(block.readBigUInt64BE(at) >> 11n) / 2 ** 53;
  }
}

function momentsOfUnit({ unitId, startMs, endMs }: Unit, people: string[], { perUnit, windowMs, perSecond }: Session['draw'], seed: Buffer): Moment[] {
  const length = Math.max(0, endMs - startMs);
  const from = startMs + Math.min(180_000, length / 4);
  const span = endMs - Math.min(120_000, length / 4) - from;
  const count = perUnit > 0 && span > 0 ? Math.min(perUnit, 1 + Math.floor(span / (2 * windowMs))) : 0;
  if (count === 0) return [];
  const gap = count === 1 ? 0 : Math.min(Math.max(300_000, windowMs), span / (2 * (count - 1)));
  const room = Math.max(perSecond, Math.ceil((2 * count * people.length * 1000) / span));
  const load = new Map<number, number>();
  return people.flatMap((personId) => {
    const random = numbers(seed, `${unitId} ${personId}`);
    let best: number[] = [];
    for (let least = Infinity, tries = 0; tries < 48 && least > room; tries++) {
      const shares = Array.from({ length: count }, () => random.next().value * (span - (count - 1) * gap)).sort((a, b) => a - b);
      const drawn = shares.map((share, index) => Math.floor(from + share + index * gap));
      const worst = Math.max(...drawn.map((ms) => 1 + (load.get(Math.floor(ms / 1000)) ?? 0)));
      if (worst < least) [best, least] = [drawn, worst];
    }
    for (const ms of best) load.set(Math.floor(ms / 1000), 1 + (load.get(Math.floor(ms / 1000)) ?? 0));
    return best.map((dueMs) => ({ personId, unitId, dueMs }));
  });
}

const lineOf = ({ personId, unitId, dueMs }: Moment): string => `${dueMs} ${unitId} ${personId}`;

/** One draw: of the first, or of people who were enrolled later. */
function wrongInDraw(session: Session, one: Pinned, moments: Moment[]): string[] {
  const { draw, seed, sessionId, rulePack, seedHash } = session;
  const told = moments.map(lineOf).sort();
  const again = draw.units.flatMap((unit) => momentsOfUnit(unit, one.personIds.toSorted(), draw, Buffer.from(seed, 'hex'))).map(lineOf).sort();
  const pinned = [
    `session ${sessionId}`, `rules ${rulePack}`, `seed ${seedHash}`, `at ${one.at}`, `figures ${draw.perUnit} ${draw.windowMs} ${draw.perSecond} ${one.drawn}`,
    ...draw.units.map((unit) => `unit ${unit.unitId} ${unit.startMs} ${unit.endMs}`), ...told,
  ];
  const rules = {
    hash: sha256(`${pinned.join('\n')}\n`) === one.drawHash, moments: told.join() === again.join(), number: told.length === one.drawn,
    order: session.sealed.at <= draw.at && draw.at <= one.at && one.at <= session.revealed.at,
  };
  return Object.entries(rules).filter(([, holds]) => !holds).map(([rule]) => rule);
}

function wrongIn(session: Session): string[] {
  const { draw, late, seed, seedHash, moments } = session;
  const lateIds = new Set(late.flatMap(({ personIds }) => personIds));
  const sealed = /^[0-9a-f]{64}$/.test(seed) && sha256(Buffer.from(seed, 'hex')) === seedHash;
  return [
    ...(sealed ? [] : ['seed']), ...wrongInDraw(session, draw, moments.filter(({ personId }) => !lateIds.has(personId))),
    ...late.flatMap((one) => wrongInDraw(session, one, moments.filter(({ personId }) => one.personIds.includes(personId)))),
  ];
}

const { sessions } = JSON.parse(await text(process.stdin)) as { sessions: Session[] };
process.stdout.write(JSON.stringify(sessions.map((session) => ({ moments: session.moments.length, wrong: wrongIn(session) }))));
