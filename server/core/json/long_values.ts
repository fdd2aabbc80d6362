/** Stands for values that the skimmer does not keep whole. */

/** A string that is too long to keep: how it starts, and its length in bytes. */
export class LongText {
  constructor(readonly start: string, readonly length: number) {}
}

/** An array that is too long to keep. */
export class LongArray {
  /** Elements, and the numbers among them and in the arrays directly inside. */
  constructor(readonly length: number, readonly numbers: number) {}
}
