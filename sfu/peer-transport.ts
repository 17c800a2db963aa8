// Opens a WebRTC transport of a peer and reports its state as the server sees it.
import type { types as ms } from 'mediasoup';
import type { MediaWorker } from './media-worker.ts';

/** Enough for 720 lines from the first moment; the estimator goes on from there. */
const initialOutgoingBitrate = 2_000_000;

export type Direction = 'send' | 'receive';
export type TransportState = 'connected' | 'disconnected' | 'closed';

function stateOf(transport: ms.WebRtcTransport): TransportState | null {
  const { iceState, dtlsState } = transport;
  if (transport.closed || dtlsState === 'closed' || dtlsState === 'failed' || iceState === 'closed') return 'closed';
  if (iceState === 'disconnected') return 'disconnected';
  return dtlsState === 'connected' && iceState !== 'new' ? 'connected' : null;
}

/** Every change of state once. A connection the browser has closed closes the transport and what was on it. */
function watchState(transport: ms.WebRtcTransport, onState: (state: TransportState) => void): void {
  let told: TransportState | null = null;
  const judge = (): void => {
    const state = stateOf(transport);
    if (state === null || state === told || told === 'closed') return;
    told = state;
    onState(state);
    if (state === 'closed') transport.close();
  };
  transport.on('icestatechange', judge);
  transport.on('dtlsstatechange', judge);
  transport.observer.on('close', judge);
}

export async function openTransport(router: ms.Router, worker: MediaWorker, onState: (state: TransportState) => void): Promise<ms.WebRtcTransport> {
  const transport = await router.createWebRtcTransport({
    webRtcServer: worker.server, enableUdp: true, enableTcp: true, preferUdp: true, enableSctp: false, initialAvailableOutgoingBitrate: initialOutgoingBitrate,
  });
  watchState(transport, onState);
  return transport;
}
