// Two learners who talk: whether a message of one reaches the other, which needs the database, the sockets and what joins several processes.
import { demoPassword } from '#db/demo.ts';
import { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asStudent } from '#testing/role-drivers.ts';
import { newId } from '#domain/id.ts';

const answerMs = 1500;

async function loggedInCookie(url: string, login: string): Promise<string> {
  const post = (path: string, data: unknown, cookie = ''): Promise<Response> =>
    fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(data), headers: { 'content-type': 'application/json', cookie } });
  const response = await post('/api/session', { login, password: demoPassword });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`${login} cannot log in: ${response.status}`);
  await post('/api/consents', { purpose: 'recording', version: 1, given: true }, cookie);
  return cookie;
}

export class ChatProbe {
  readonly #url: string;
  readonly #cookies = new Map<string, Promise<string>>();
  #drivers: ClassroomDriver[] = [];
  #lessonId = '';

  constructor(url: string) {
    this.#url = url;
  }

  enter(lessonId: string): void {
    this.#lessonId = lessonId;
    // Logged in before anything is killed.
    for (const login of ['student5', 'student6']) this.#cookies.set(login, loggedInCookie(this.#url, login));
  }

  /** True when a message got through now. */
  async works(): Promise<boolean> {
    try {
      if (this.#drivers.length === 0) await this.#connect();
      const [speaker, listener] = this.#drivers as [ClassroomDriver, ClassroomDriver];
      const messageId = newId();
      const heard = listener.next('chat:sent', (message) => message.messageId === messageId);
      heard.catch(() => undefined);
      await asStudent(speaker).says('Is it working?', messageId);
      await heard;
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  close(): void {
    for (const driver of this.#drivers) driver.close();
    this.#drivers = [];
  }

  async #connect(): Promise<void> {
    for (const cookie of this.#cookies.values()) {
      const driver = await ClassroomDriver.connect({ url: this.#url, cookie: await cookie, origin: this.#url, patienceMs: answerMs });
      this.#drivers.push(driver);
      await driver.enter(this.#lessonId);
    }
  }
}
