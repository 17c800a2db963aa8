// Who is which desk: the office of an institution for its own, whoever operates the platform for nobody's and for what was handed up.
import { HelpTicket } from '#db/entities/help.ts';
import type { EntityManager } from '#db/orm.ts';
import { isOperator, officesOf } from '#db/queries/institution-access.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';

/** The operator's desk has reports that other institutions handed up, and incidents that hit several: what is asked for is judged row by row below. Everybody else stays within their own institutions. */
export async function withinDesk<T>({ orm }: Deps, personId: string, work: (operator: boolean) => Promise<T>): Promise<T> {
  const operator = await isOperator(orm.em.fork(), personId);
  return operator ? acrossInstitutions(() => work(true)) : work(false);
}

/** `desk`: whose desk acts; null: the asker does. */
export interface TicketPart { ticket: HelpTicket; desk: 'institution' | 'platform' | null }

/** Held to the transaction's end. Throws not_found to whoever is neither asker nor desk. */
export async function requireTicket(em: EntityManager, personId: string, ticketId: string): Promise<TicketPart> {
  const [held] = await em.execute<{ id: string }[]>('select id from help_ticket where id = ? for update', [ticketId]);
  const ticket = held && await em.findOne(HelpTicket, { id: ticketId });
  if (!ticket) throw new DomainError('not_found', 'no such report');
  // Whoever reports something to their own desk asks: it is not for them to answer it.
  if (ticket.personId === personId) return { ticket, desk: null };
  if (ticket.institutionId && (await officesOf(em, personId)).includes(ticket.institutionId)) return { ticket, desk: 'institution' };
  if ((!ticket.institutionId || ticket.handedUpAt) && await isOperator(em, personId)) return { ticket, desk: 'platform' };
  throw new DomainError('not_found', 'no such report');
}

/** Throws not_found where this person is no desk of it. */
export async function requireDesk(em: EntityManager, personId: string, ticketId: string): Promise<TicketPart & { desk: 'institution' | 'platform' }> {
  const { ticket, desk } = await requireTicket(em, personId, ticketId);
  if (desk === null) throw new DomainError('not_found', 'the asker is no desk');
  return { ticket, desk };
}
