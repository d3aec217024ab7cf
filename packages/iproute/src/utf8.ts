interface Encoder {
  encode(text: string): Uint8Array;
}

// Every platform has it, but the language's own library does not declare it.
declare const TextEncoder: new () => Encoder;

const encoder: Encoder = new TextEncoder();

/**
 * The UTF-8 form of a string, without a NUL at its end.
 *
 * @param text - a lone surrogate becomes U+FFFD
 */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
