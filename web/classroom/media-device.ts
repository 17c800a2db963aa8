// mediasoup-client, fetched and warmed up before it is needed: joining must not wait for a chunk or for the browser's first offer.
import type { types as client } from 'mediasoup-client';

type Capabilities = client.RtpCapabilities;
interface Ready { makeDevice(): client.Device }

let ready: Promise<Ready> | null = null;

async function load(): Promise<Ready> {
  const { Device, detectDevice } = await import('mediasoup-client');
  if (detectDevice() !== 'Chrome111') return { makeDevice: () => new Device() };
  const { Chrome111 } = await import('mediasoup-client/handlers/Chrome111');
  const factory = Chrome111.createFactory({});
  // What the browser can do does not change while the page lives: ask it once per direction, while the line is still being opened.
  const asked = new Map<string, Promise<Capabilities>>();
  const getNativeRtpCapabilities: typeof factory.getNativeRtpCapabilities = ({ direction }) => {
    let answer = asked.get(direction);
    if (!answer) asked.set(direction, answer = factory.getNativeRtpCapabilities({ direction }));
    return answer;
  };
  await Promise.all([getNativeRtpCapabilities({ direction: 'recvonly' }), getNativeRtpCapabilities({ direction: 'sendonly' })]);
  return { makeDevice: () => new Device({ handlerFactory: { ...factory, getNativeRtpCapabilities } }) };
}

/** Starts fetching; cheap to call again. */
export function preloadMedia(): Promise<Ready> {
  ready ??= load().catch((error: unknown) => {
    ready = null;
    throw error;
  });
  return ready;
}

let loaded: { device: client.Device; capabilities: string } | null = null;

/** A device for a router with these capabilities; the same router's device is used again. */
export async function deviceFor(routerRtpCapabilities: Capabilities): Promise<client.Device> {
  const capabilities = JSON.stringify(routerRtpCapabilities);
  if (loaded?.capabilities === capabilities) return loaded.device;
  const device = (await preloadMedia()).makeDevice();
  await device.load({ routerRtpCapabilities });
  loaded = { device, capabilities };
  return device;
}
