export function length(value: unknown): number {
  return (value as string).length;
}
