// A connection to an SFU below any media: one UDP socket, ICE as the controlling side, DTLS as client, and the keys of SRTP that come of it.
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { DtlsClient, RTCDtlsTransport, SrtcpSession, SrtpSession, type RTCCertificate } from 'werift';
import type { TransportInfo } from '#contracts/media.ts';
import { bindingAnswer, bindingRequest } from './stun.ts';

/** AEAD_AES_128_GCM, and what is agreed when the other side has none. */
const profiles = { aead: 0x0007, hmac: 0x0001 } as const;
const askEveryMs = 100;
const consentEveryMs = 4000;
const usualPatienceMs = 10_000;

let certificate: Promise<RTCCertificate> | null = null;
/** One certificate for all lines of this process. */
const ownCertificate = (): Promise<RTCCertificate> => (certificate ??= RTCDtlsTransport.SetupCertificate());

/** What a transport is connected with; the SFU is the DTLS server. */
export async function ownDtlsParameters(): Promise<{ role: 'client'; fingerprints: { algorithm: 'sha-256'; value: string }[] }> {
  const fingerprints = (await ownCertificate()).getFingerprints();
  return { role: 'client', fingerprints: fingerprints.map(({ value }) => ({ algorithm: 'sha-256', value: value.toUpperCase() })) };
}

export interface LineCallbacks {
  /** In the clear: `packet` is the whole datagram as it came. */
  onRtp: (packet: Buffer) => void;
  /** Decrypted. */
  onRtcp: (packet: Buffer) => void;
  /** The server refused consent or closed the connection. */
  onEnd: () => void;
}

interface Place { address: string; port: number }

export class SecureLine {
  readonly #socket: Socket;
  readonly #callbacks: LineCallbacks;
  readonly #candidates: readonly Place[];
  readonly #request: () => Buffer;
  #dtls: DtlsClient | null = null;
  #srtp: SrtpSession | null = null;
  #srtcp: SrtcpSession | null = null;
  #consented = Promise.withResolvers<Place>();
  #timer: NodeJS.Timeout | null = null;
  #askedMs = 0;
  /** Of the last consent check, from this process to the SFU and back. */
  roundTripMs: number | null = null;
  #closed = false;

  private constructor(socket: Socket, { iceParameters, iceCandidates }: TransportInfo, callbacks: LineCallbacks) {
    this.#socket = socket;
    this.#callbacks = callbacks;
    this.#candidates = iceCandidates.filter(({ protocol }) => protocol === 'udp').map(({ address, ip, port }) => ({ address: address || ip, port }));
    const fragment = randomBytes(6).toString('hex');
    const tieBreaker = randomBytes(8);
    this.#request = () => bindingRequest(iceParameters, fragment, tieBreaker);
    socket.on('message', (packet, from) => this.#read(packet, from));
    // While the other side is down the kernel refuses.
    socket.on('error', () => undefined);
  }

  /** Connected over UDP to the candidate that answers first, keys agreed. Throws when that takes longer. */
  static async open(transport: TransportInfo, callbacks: LineCallbacks, patienceMs = usualPatienceMs): Promise<SecureLine> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
    socket.bind(0);
    await once(socket, 'listening');
    const line = new SecureLine(socket, transport, callbacks);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no media connection within ${patienceMs / 1000} s`)), patienceMs);
    try {
      if (line.#candidates.length === 0) throw new Error('the SFU offers no UDP');
      await Promise.race([line.#connect(), late.promise]);
      return line;
    } catch (error) {
      line.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  sendRtcp(packet: Buffer): void {
    if (this.#srtcp && !this.#closed) this.#socket.send(this.#srtcp.encrypt(packet));
  }

  /** `header` is werift's: it is serialized into the packet. */
  sendRtp(payload: Buffer, header: Parameters<SrtpSession['encrypt']>[1]): void {
    if (this.#srtp && !this.#closed) this.#socket.send(this.#srtp.encrypt(payload, header));
  }

  /** Without a word to the other side, as a browser that was killed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    this.#socket.close();
  }

  async #connect(): Promise<void> {
    const check = (): void => {
      this.#askedMs = performance.now();
      // An address that cannot be reached from here is refused at once; another one answers.
      for (const { address, port } of this.#candidates) if (!this.#closed) this.#socket.send(this.#request(), port, address, () => undefined);
    };
    this.#timer = setInterval(check, askEveryMs);
    check();
    const { address, port } = await this.#consented.promise;
    clearInterval(this.#timer);
    if (this.#closed) return;
    this.#socket.connect(port, address);
    await once(this.#socket, 'connect');
    this.#timer = setInterval(() => {
      this.#askedMs = performance.now();
      if (!this.#closed) this.#socket.send(this.#request());
    }, consentEveryMs + Math.random() * 500);
    await this.#handshake();
  }

  async #handshake(): Promise<void> {
    const { certPem, privateKey, signatureHash } = await ownCertificate();
    const address = this.#socket.address();
    const transport = {
      type: 'udp', address, closed: false, onData: () => undefined, close: () => Promise.resolve(),
      send: (data: Buffer) => { if (!this.#closed) this.#socket.send(data); return Promise.resolve(); },
    };
    const dtls = new DtlsClient({ cert: certPem, key: privateKey, signatureHash, transport, srtpProfiles: [profiles.aead, profiles.hmac], extendedMasterSecret: true });
    this.#dtls = dtls;
    const connected = Promise.withResolvers<void>();
    dtls.onConnect.subscribe(() => connected.resolve());
    dtls.onError.subscribe((error) => connected.reject(error));
    dtls.onClose.subscribe(() => { if (!this.#closed) this.#callbacks.onEnd(); });
    await Promise.all([dtls.connect(), connected.promise]);
    const profile = dtls.srtp.srtpProfile;
    if (profile !== profiles.aead && profile !== profiles.hmac) throw new Error('no SRTP profile in common');
    const { localKey, localSalt, remoteKey, remoteSalt } = dtls.extractSessionKeys(16, profile === profiles.aead ? 12 : 14);
    const config = { profile, keys: { localMasterKey: localKey, localMasterSalt: localSalt, remoteMasterKey: remoteKey, remoteMasterSalt: remoteSalt } };
    this.#srtp = new SrtpSession(config);
    this.#srtcp = new SrtcpSession(config);
  }

  /** RFC 7983: the first byte says what it is. */
  #read(packet: Buffer, { address, port }: Place): void {
    const first = packet[0]!;
    if (first > 127 && first < 192) {
      const type = packet[1]! & 0x7f;
      if (type < 64 || type > 95) this.#callbacks.onRtp(packet);
      else this.#readRtcp(packet);
    } else if (first > 19 && first < 64) {
      this.#dtls?.transport.socket.onData(packet, ['', 0]);
    } else if (first < 4) {
      const answer = bindingAnswer(packet);
      if (answer?.ok) {
        this.roundTripMs = performance.now() - this.#askedMs;
        this.#consented.resolve({ address, port });
      } else if (answer) this.#callbacks.onEnd();
    }
  }

  #readRtcp(packet: Buffer): void {
    if (!this.#srtcp) return;
    try {
      this.#callbacks.onRtcp(this.#srtcp.decrypt(packet));
    } catch {
      // From before the keys were there on this side; the next report follows.
    }
  }
}
