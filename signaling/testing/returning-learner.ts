// A learner whose page comes back by itself, as the real one does: asks again until it is acknowledged, goes where the door leads.
import { setTimeout as pause } from 'node:timers/promises';
import type { RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketRequests } from '#contracts/socket.ts';
import { newId } from '#domain/id.ts';
import { ClassroomDriver, type EventData } from '#testing/classroom-driver.ts';
import { Refused } from '#testing/socket-line.ts';

type Name = keyof SocketRequests;
const patienceMs = 3_000;
const againMs = 50;

export class ReturningLearner {
  /** Lines so far; goodbyes of servers heard. */
  connections = 0;
  goodbyes = 0;
  readonly #connect: () => Promise<ClassroomDriver>;
  readonly #lessonId: string;
  #driver: ClassroomDriver;
  #returning: Promise<void> | null = null;
  #closed = false;

  private constructor(connect: () => Promise<ClassroomDriver>, lessonId: string, driver: ClassroomDriver) {
    this.#connect = connect;
    this.#lessonId = lessonId;
    this.#driver = driver;
  }

  static async enter(url: string, cookie: string, lessonId: string): Promise<ReturningLearner> {
    const deviceId = `device-${newId()}`;
    const connect = (): Promise<ClassroomDriver> => ClassroomDriver.connect({ url, cookie, deviceId, patienceMs });
    const learner = new ReturningLearner(connect, lessonId, await connect());
    await learner.#seat();
    return learner;
  }

  /** Throws Refused where it is refused for good. */
  async ask<K extends Name>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    for (;;) {
      await this.settled();
      try {
        return await this.#driver.ask(name, data);
      } catch (error) {
        if (error instanceof Refused && error.code !== 'not_entered') throw error;
        await pause(againMs);
      }
    }
  }

  /** The next event of this name, on whatever line. */
  async until<K extends Parameters<ClassroomDriver['next']>[0]>(name: K): Promise<EventData<K>> {
    await this.settled();
    return this.#driver.next(name);
  }

  /** Resolves when there is a line with a seat. */
  async settled(): Promise<void> { await this.#returning; }

  close(): void {
    this.#closed = true;
    this.#driver.close();
  }

  async #seat(): Promise<void> {
    const driver = this.#driver;
    await driver.enter(this.#lessonId);
    this.connections++;
    void driver.gone().then(() => {
      this.goodbyes += driver.heard('server:leaving').length;
      // Taken to another device, a page stays away.
      if (!this.#closed && driver.heard('seat:taken').length === 0) this.#returning = this.#return();
    });
  }

  async #return(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#driver = await this.#connect();
        return await this.#seat();
      } catch {
        await pause(againMs);
      }
    }
  }
}
