// FIXME: octets or characters?
export function length(value: string): number {
  return value.length;
}
