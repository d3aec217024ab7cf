// Every runtime has these; no library that TypeScript is given here declares them.
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (label: string, options: { readonly fatal: boolean; readonly ignoreBOM: boolean }) => {
  decode(bytes: Uint8Array): string;
};

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text as UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** Octets up to the first NUL as text: `null` when they are no UTF-8, which names nothing here. */
export function decodeCString(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0);
  try {
    return DECODER.decode(end === -1 ? bytes : bytes.subarray(0, end));
  } catch {
    return null;
  }
}

/** Text as octets, cut to a field that keeps room for a NUL: `strscpy`. */
export function fieldOf(text: string, size: number): Uint8Array {
  return encodeText(text).subarray(0, size - 1);
}
