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

interface Decoder {
  decode(octets: Uint8Array): string;
}

declare const TextDecoder: new (label: string, options: { readonly ignoreBOM: boolean }) => Decoder;

const decoder: Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text of octets up to their first NUL.
 *
 * @param octets - UTF-8; what is none becomes U+FFFD
 */
export function utf8Text(octets: Uint8Array): string {
  const end = octets.indexOf(0);
  return decoder.decode(end === -1 ? octets : octets.subarray(0, end));
}
