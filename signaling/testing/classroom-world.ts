// Classrooms as tests see them: a school, a listening server with the live half attached, people with drivers.
import type { AddressInfo } from 'node:net';
import { newId } from '#domain/id.ts';
import { consentVersion } from '#domain/consent.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { Consent } from '#db/entities/people.ts';
import { ClassroomDriver, type DriverOptions } from '#testing/classroom-driver.ts';
import { closeInTime } from '#testing/close-in-time.ts';
import { createSession, sessionCookie } from '../account/session.ts';
import { attachClassrooms, type Classrooms } from '../classroom/attach.ts';
import type { Deps, SignalingConfig } from '../deps.ts';
import { createInternalServer, listenInternally } from '../nodes/internal-server.ts';
import { registrationRoute } from '../nodes/registration.ts';
import { openHttpWorld, type HttpWorld, type Known } from './http-world.ts';
import { addSchool, type School } from './school.ts';

export interface ClassroomWorld extends Omit<HttpWorld, 'close'> {
  school: School;
  url: string;
  classrooms: Classrooms;
  cookieOf(person: Known): Promise<string>;
  /** A connected driver of this person; closed with the world. */
  person(person: Known, options?: Partial<DriverOptions>): Promise<ClassroomDriver>;
  /** The same, inside the lesson. */
  inside(person: Known, options?: Partial<DriverOptions>): Promise<ClassroomDriver>;
  rows<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function acknowledge(deps: Deps, personId: string, purpose: 'recording' | 'face', given = true): Promise<void> {
  await deps.orm.em.fork().insert(Consent, { id: newId(), personId, purpose, version: consentVersion[purpose], given, at: deps.now() });
}

/** Consent to faces and a verified face to compare with. */
export async function enrolFace(deps: Deps, personId: string): Promise<void> {
  await acknowledge(deps, personId, 'face');
  await deps.orm.em.fork().insert(FaceEnrolment, {
    id: newId(), personId, status: 'active', rejectReason: null, pictureIds: [], modelId: 'test', sealedVectors: null,
    createdAt: deps.now(), settledAt: deps.now(),
  });
}

/** The internal port where media nodes register, for as long as the app is open. */
async function openInternalPort(app: HttpWorld['app'], { orm, log, config }: Deps): Promise<void> {
  const internal = createInternalServer(log);
  registrationRoute(internal, { orm, log, secret: config.SFU_SECRET });
  app.addHook('onClose', () => internal.close());
  await listenInternally(internal, { host: '127.0.0.1', port: config.SIGNALING_INTERNAL_PORT });
}

/**
 * A second front door of the same school: another signaling process as far as anybody can tell.
 * With SIGNALING_INTERNAL_PORT media nodes may register; without it there are none, and media is honestly unavailable.
 */
export async function openClassrooms(http: HttpWorld, config: Partial<SignalingConfig>): Promise<{ url: string; classrooms: Classrooms; deps: Deps }> {
  const deps: Deps = { ...http.deps, config: { ...http.deps.config, SFU_SECRET: 'a secret of the tests', ...config } };
  if (config.SIGNALING_INTERNAL_PORT !== undefined) await openInternalPort(http.app, deps);
  const classrooms = await attachClassrooms(http.app.server, deps);
  await http.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, classrooms, deps };
}

export async function openClassroomWorld(config: Partial<SignalingConfig> = {}): Promise<ClassroomWorld> {
  const http = await openHttpWorld();
  const school = await addSchool(http.deps.orm, http.clock.now());
  // Half an hour before the start the door may be opened.
  http.clock.pass(30 * 60_000);
  for (const learner of [school.learner, school.other]) await acknowledge(http.deps, learner.personId, 'recording');
  const { url, classrooms, deps } = await openClassrooms(http, config);
  const drivers: ClassroomDriver[] = [];
  const cookieOf = async (person: Known): Promise<string> =>
    `${sessionCookie}=${await createSession(deps.orm.em.fork(), person.accountId, http.clock.now())}`;
  const person = async (known: Known, options: Partial<DriverOptions> = {}): Promise<ClassroomDriver> => {
    const driver = await ClassroomDriver.connect({ url, cookie: await cookieOf(known), ...options });
    drivers.push(driver);
    return driver;
  };
  return {
    ...http, deps, school, url, classrooms, cookieOf, person,
    inside: async (known, options) => {
      const driver = await person(known, options);
      await driver.enter(school.lessonId);
      return driver;
    },
    rows: <T extends object>(sql: string, values: unknown[] = []) => deps.orm.em.fork().execute<T[]>(sql, values),
    close: async () => {
      for (const driver of drivers) driver.close();
      const fault = await closeInTime([['classrooms', () => classrooms.close()]], () => classrooms.closing.now).catch((error: unknown) => error);
      await http.close();
      if (fault) throw fault;
    },
  };
}
