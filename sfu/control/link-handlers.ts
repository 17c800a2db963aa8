// What other nodes may ask of this one. Data is checked already; a missing handler does not compile.
import type { Static } from 'typebox';
import type { LinkRequests } from '#contracts/sfu-link.ts';
import type { LinkLine } from '../link/origin-link.ts';
import type { OriginLinks } from '../link/origin-links.ts';
import { DomainError } from '#domain/errors.ts';
import type { Rooms } from '../rooms.ts';

export type LinkHandlers = {
  [K in keyof LinkRequests]: (line: LinkLine, data: Static<LinkRequests[K]['data']>) => Promise<Static<LinkRequests[K]['reply']>>;
};

export function createLinkHandlers(rooms: Rooms): LinkHandlers {
  const linksOf = async (roomId: string): Promise<OriginLinks> => (await rooms.get(roomId).catch(() => {
    throw new DomainError('room_moved', 'this room is not here');
  })).links;
  return {
    'link:open': async (line, { roomId, epoch, ...asked }) => (await rooms.at(roomId, epoch)).links.open(line, asked),
    'link:produce': async (line, { roomId, producer }) => {
      await (await linksOf(roomId)).produce(line, producer);
      return {};
    },
    'link:pause': async (line, { roomId, producerId, paused }) => {
      await (await linksOf(roomId)).pause(line, producerId, paused);
      return {};
    },
    'link:close': async (line, { roomId, producerId }) => {
      await (await linksOf(roomId)).closeProducer(line, producerId);
      return {};
    },
  };
}
