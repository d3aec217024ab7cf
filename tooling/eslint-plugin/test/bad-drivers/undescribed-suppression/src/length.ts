export function length(value: string): number {
  // @ts-expect-error
  return value.len;
}
