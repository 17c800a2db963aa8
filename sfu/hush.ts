// Keeps a consumer from forwarding, and lets it forward again, without touching the producer: the recording always has everything.
import type { types as ms } from 'mediasoup';

const hushed = new WeakMap<ms.Consumer, boolean>();

/** Idempotent, and safe while an earlier change is still under way: mediasoup does them in order. For consumers that nobody else pauses. */
export function hush(consumer: ms.Consumer, on: boolean): void {
  if ((hushed.get(consumer) ?? false) === on) return;
  hushed.set(consumer, on);
  // Refused only when the consumer or its router has closed.
  (on ? consumer.pause() : consumer.resume()).catch(() => undefined);
}
