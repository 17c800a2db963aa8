// Looks every second for connectors with something to do and works for each of them apart, so that a platform that hangs holds up no other. Several workers share them by leases.
import { unitOfWork, platform } from '#db/orm.ts';
import { pauseUnreached } from '#db/queries/connector-deeds.ts';
import { askDueDays } from '#db/queries/connector-days.ts';
import { connectorsDue, holdConnector, letConnectorGo, refillDay, retake, settleLater, sweepOutbox, type HeldConnector } from '#db/queries/outbox.ts';
import { pauseMs } from '#domain/connector/delivery.ts';
import { isWebhook, kindsOf } from '#domain/connector/mapping.ts';
import { newId } from '#domain/id.ts';
import { loadMappings, type Mappings } from '#runtime/connector-mappings.ts';
import { deliverAll, type Sending } from './deliver.ts';
import { leaseOf, type ConnectorDeps } from './deps.ts';
import { reconcileAsked } from './reconcile.ts';

const usualLookMs = 1_000;
const mappingsEveryMs = 10_000;
const usualDaysMs = 10 * 60_000;

export class ConnectorLoop {
  readonly #deps: ConnectorDeps;
  readonly #lease = newId();
  readonly #stop = new AbortController();
  readonly #working = new Map<string, Promise<void>>();
  readonly #daysMs = new Map<string, number>();
  #mappings: Mappings = { byName: new Map(), wrong: [] };
  #mappingsMs = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  private constructor(deps: ConnectorDeps) {
    this.#deps = deps;
  }

  static create(deps: ConnectorDeps): ConnectorLoop {
    const loop = new ConnectorLoop(deps);
    loop.#look();
    return loop;
  }

  #look(): void {
    this.#running = this.#begin().catch((error: unknown) => this.#deps.log.error({ err: error }, 'connectors could not be looked after'))
      .finally(() => { if (!this.#stop.signal.aborted) this.#timer = setTimeout(() => this.#look(), this.#deps.lookEveryMs ?? usualLookMs); });
  }

  async #begin(): Promise<void> {
    const due = await connectorsDue(this.#deps.orm.em.fork());
    if (due.length > 0 && performance.now() - this.#mappingsMs >= mappingsEveryMs) await this.#readMappings();
    for (const id of due) {
      if (this.#working.has(id) || this.#stop.signal.aborted) continue;
      const work = this.#work(id).catch((error: unknown) => this.#deps.log.error({ err: error, connectorId: id }, 'a connector could not do its work')).finally(() => this.#working.delete(id));
      this.#working.set(id, work);
    }
  }

  async #readMappings(): Promise<void> {
    const known = JSON.stringify(this.#mappings.wrong);
    this.#mappings = await loadMappings(this.#deps.mappingsDir);
    this.#mappingsMs = performance.now();
    if (JSON.stringify(this.#mappings.wrong) !== known) for (const wrong of this.#mappings.wrong) this.#deps.log.error(wrong, 'a mapping file cannot be used');
  }

  async #work(id: string): Promise<void> {
    const { orm } = this.#deps;
    const hold = async (): Promise<HeldConnector | null> => holdConnector(orm.em.fork(), id, this.#lease, leaseOf(this.#deps));
    const held = await hold();
    if (!held) return;
    try {
      await this.#tend(held, hold);
    } finally {
      await letConnectorGo(orm.em.fork(), id, this.#lease);
    }
  }

  async #tend(held: HeldConnector, hold: () => Promise<HeldConnector | null>): Promise<void> {
    const { orm, log, vault, random = Math.random } = this.#deps;
    const mapping = this.#mappings.byName.get(held.mapping);
    if (mapping && kindsOf(mapping).join() !== held.takes.join()) await retake(orm.em.fork(), held.id, kindsOf(mapping));
    if (mapping && isWebhook(mapping) && await pauseUnreached({ orm, now: this.#deps.now(), personId: null }, held.id)) return log.warn({ connectorId: held.id }, 'a webhook that took nothing for days is paused');
    if (held.sweep_due) {
      const found = await unitOfWork(orm, platform, (em) => sweepOutbox(em, held.id));
      if (found > 0) log.info({ connectorId: held.id, found }, 'facts that were written while a connector came');
    }
    for (let refilling = held.refill_from !== null; refilling && !this.#stop.signal.aborted;) {
      await unitOfWork(orm, platform, (em) => refillDay(em, held.id));
      refilling = ((await hold())?.refill_from ?? null) !== null;
    }
    if (held.resting || this.#stop.signal.aborted) return;
    if (!mapping) return void await settleLater(orm.em.fork(), held.id, 'mapping_missing', pauseMs(held.failures + 1, random()));
    const secret = vault.openField({ personId: held.id, field: 'connector' }, held.sealed_secret);
    const sending: Sending = { deps: this.#deps, connector: held, mapping, secret, signal: this.#stop.signal };
    if (isWebhook(mapping)) return deliverAll(sending, hold);
    await this.#askDays(held);
    await deliverAll(sending, hold);
    await reconcileAsked(sending, hold);
  }

  async #askDays({ id, institution_id: institutionId }: HeldConnector): Promise<void> {
    if (performance.now() - (this.#daysMs.get(id) ?? -Infinity) < (this.#deps.daysEveryMs ?? usualDaysMs)) return;
    this.#daysMs.set(id, performance.now());
    await unitOfWork(this.#deps.orm, platform, (em) => askDueDays(em, id, institutionId));
  }

  /** Breaks off what is on its way: it is sent again under the same ids. */
  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    await Promise.all(this.#working.values());
    if (this.#timer) clearTimeout(this.#timer);
  }
}
