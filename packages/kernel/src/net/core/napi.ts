import { napi_struct, type net_device } from '@netdevkit/bindings/raw';
import type { Printk } from '../../printk.ts';
import type { SoftIrq } from './softirq.ts';

/**
 * Receive contexts that the core polls while they have packets: the NAPI part of net/core/dev.c.
 */
export class NapiContexts {
  readonly #softirq: SoftIrq;
  readonly #log: Printk;

  constructor(softirq: SoftIrq, log: Printk) {
    this.#softirq = softirq;
    this.#log = log;
  }

  /** `netif_napi_add_weight`. */
  add(dev: net_device, poll: (napi: napi_struct, budget: number) => number, weight: number): napi_struct {
    return new napi_struct(dev, poll, weight);
  }

  enable(napi: napi_struct): void {
    napi.enabled = true;
  }

  disable(napi: napi_struct): void {
    napi.enabled = false;
    napi.missed = false;
  }

  /** `napi_schedule`: a context that is being polled is polled once more. */
  schedule(napi: napi_struct): void {
    if (!napi.enabled) return;
    if (napi.scheduled) {
      napi.missed = true;
      return;
    }
    napi.scheduled = true;
    this.#softirq.raise(() => {
      this.#poll(napi);
    });
  }

  // From net/core/dev.c:__napi_poll.
  #poll(napi: napi_struct): void {
    if (!napi.enabled) {
      napi.scheduled = false;
      return;
    }
    napi.missed = false;
    const work = napi.poll(napi, napi.weight);
    if (work > napi.weight) {
      this.#log.write(3, `NAPI poll function of ${napi.dev.name} returned ${String(work)}, exceeding its budget of ${String(napi.weight)}.`);
    }
    if (napi.enabled && (work >= napi.weight || napi.missed)) {
      this.#softirq.raise(() => {
        this.#poll(napi);
      });
      return;
    }
    napi.scheduled = false;
  }
}
