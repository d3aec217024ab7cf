/**
 * What a driver did with an skb that it was given to transmit. It can only be had from an skb, so a `startXmit` that
 * forgets its skb does not type-check. Whether it is that skb's, the core looks when it is returned.
 *
 * C twin: `netdev_tx_t`.
 */
export class TxOutcome {
  /** @internal The skb has met its end: consumed or dropped. */
  static readonly SETTLED: TxOutcome = new TxOutcome('settled');
  /** @internal The driver keeps the skb and settles it later. */
  static readonly KEPT: TxOutcome = new TxOutcome('kept');
  /** @internal The skb goes back to the core. */
  static readonly BUSY: TxOutcome = new TxOutcome('busy');
  /** @internal The skb was handed on, and whoever it was handed to dropped it. */
  static readonly LOST: TxOutcome = new TxOutcome('lost');

  /** What happened. */
  readonly what: 'settled' | 'kept' | 'busy' | 'lost';
  // Keeps look-alikes from passing for an outcome.
  readonly #brand = true;

  private constructor(what: 'settled' | 'kept' | 'busy' | 'lost') {
    this.what = what;
  }

  /** Whether whoever the packet was handed to dropped it: `NET_RX_DROP`. */
  get isLost(): boolean {
    return this.what === 'lost';
  }

  /** @internal Whether a value is an outcome. */
  static is(value: unknown): value is TxOutcome {
    return typeof value === 'object' && value !== null && #brand in value;
  }
}
