// What is sent and what arrives, as the classroom sees it.
import type { RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketRequests } from '#contracts/socket.ts';
import type { Source } from '#domain/media.ts';

/** A picture or sound that arrives. */
export interface RemoteTrack { producerId: string; consumerId: string; personId: string; source: Source; track: MediaStreamTrack }
/** A picture or sound of this device that is meant to be sent. */
export interface LocalTrack { source: Source; track: MediaStreamTrack; muted: boolean }
/** How a picture is shown: its height in CSS pixels, or null while it is not. */
export type Shown = number | null;

/** How media asks signaling. Throws RequestError. */
export interface MediaLink {
  request<K extends keyof SocketRequests & `media:${string}`>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>>;
}
