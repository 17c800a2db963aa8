// Our sfu as in a real lesson: its own process with two media workers, the room recorded and listened to, viewers on the worker that is fed through the pipe.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { types as ms } from 'mediasoup';
import type { TransportInfo } from '#contracts/media.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import { ControlClient } from '../sfu/testing/test-node.ts';
import { productPorts } from '../setup/ports.ts';
import { viewerCapabilities } from './receiver/receiver.ts';
import { pidOnPort, pin, type Cores } from './sfu-processes.ts';
import type { SfuWorld } from './sfu-world.ts';
import { childProcesses } from './statistics.ts';

const mediaWorkers = 2;
const secret = 'a secret of the measurement alone';
const stopMs = 8000;

async function startSfu(dataDir: string, workerBin: string | undefined): Promise<{ child: ChildProcess; controlPort: number; mediaPort: number }> {
  const [controlPort, ports] = [await freePort(), await productPorts(mediaWorkers)];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../sfu/main.ts')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env, DATA_DIR: dataDir, SFU_CONTROL_PORT: `${controlPort}`, SFU_SECRET: secret, LOG_LEVEL: 'error', MEDIA_PORT: ports.MEDIA_PORT, MEDIA_WORKERS: `${mediaWorkers}`,
      MEDIA_ANNOUNCED_ADDRESS: '127.0.0.1', MEDIA_VIEWER_STREAMS: '100000', NODE_ID: 'sfu-bench', DISK_LOW_MB: '0', ...(workerBin && { MEDIASOUP_WORKER_BIN: workerBin }),
    },
  });
  await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => { throw new Error(`the sfu ended with ${code}`); })]);
  return { child, controlPort, mediaPort: Number(ports.MEDIA_PORT) };
}

class OurSfu implements SfuWorld {
  readonly #child: ChildProcess;
  readonly #control: ControlClient;
  readonly #mediaPort: number;
  readonly #cores: Cores;
  readonly #roomId = newId();
  readonly #producerIds: string[] = [];
  #originPort = 0;

  constructor(child: ChildProcess, control: ControlClient, mediaPort: number, cores: Cores) {
    this.#child = child;
    this.#control = control;
    this.#mediaPort = mediaPort;
    this.#cores = cores;
  }

  async open(): Promise<void> {
    await this.#control.ask('room:open', { roomId: this.#roomId, epoch: 1, origin: null, capture: { lessonId: newId(), sessionId: newId() } });
  }

  testedPid(): number { return pidOnPort(this.#testedPort, this.#workers)!; }
  otherPids(): Record<string, number> { return { node: this.#child.pid!, originWorker: pidOnPort(this.#originPort, this.#workers)! }; }

  async openTeacher(dtlsParameters: ms.DtlsParameters): ReturnType<SfuWorld['openTeacher']> {
    const { peer, transport } = await this.#seat('send');
    this.#originPort = transport.iceCandidates[0]!.port;
    pin(this.testedPid(), this.#cores.tested);
    const { transportId } = transport;
    await this.#control.ask('transport:connect', { ...peer, transportId, dtlsParameters });
    return {
      transport,
      produce: async ({ video, audio }) => {
        for (const [source, kind, rtpParameters] of [['camera', 'video', video], ['microphone', 'audio', audio]] as const) {
          this.#producerIds.push((await this.#control.ask('producer:create', { ...peer, transportId, kind, source, rtpParameters, paused: false })).producerId);
        }
      },
    };
  }

  /** The node seats people where the load is least: those it seats at the origin stay there idle, with a transport that nobody connects. */
  async openViewer(dtlsParameters: ms.DtlsParameters): ReturnType<SfuWorld['openViewer']> {
    let seat = await this.#seat('receive');
    while (seat.transport.iceCandidates[0]!.port !== this.#testedPort) seat = await this.#seat('receive');
    const { peer, transport, rtpCapabilities } = seat;
    await this.#control.ask('transport:connect', { ...peer, transportId: transport.transportId, dtlsParameters });
    const consumers: string[] = [];
    return {
      transport,
      consume: async () => {
        const infos = await Promise.all(this.#producerIds.map((producerId) => this.#control.ask('consumer:create', { ...peer, producerId, rtpCapabilities: viewerCapabilities(rtpCapabilities) })));
        consumers.push(...infos.map(({ consumerId }) => consumerId));
        return infos;
      },
      resume: async () => { for (const consumerId of consumers) await this.#control.ask('consumer:resume', { ...peer, consumerId }); },
    };
  }

  async close(): Promise<void> {
    this.#control.close();
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), stopMs);
    await gone.finally(() => clearTimeout(hard));
  }

  get #workers(): number[] { return childProcesses(this.#child.pid!, 'mediasoup-worke'); }
  get #testedPort(): number { return this.#originPort === this.#mediaPort ? this.#mediaPort + 1 : this.#mediaPort; }

  async #seat(direction: 'send' | 'receive'): Promise<{ peer: { roomId: string; peerId: string }; transport: TransportInfo; rtpCapabilities: ms.RtpCapabilities }> {
    const peer = { roomId: this.#roomId, peerId: newId() };
    const { rtpCapabilities } = await this.#control.ask('peer:join', peer);
    return { peer, rtpCapabilities, transport: await this.#control.ask('transport:create', { ...peer, direction }) };
  }
}

export async function startOurs(dataDir: string, workerBin: string | undefined, cores: Cores): Promise<SfuWorld> {
  const { child, controlPort, mediaPort } = await startSfu(dataDir, workerBin);
  const sfu = new OurSfu(child, await ControlClient.connect(controlPort, secret), mediaPort, cores);
  await sfu.open();
  return sfu;
}
