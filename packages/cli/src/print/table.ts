/**
 * Cells in columns.
 *
 * @param rows - their cells, the headings first
 * @param left - columns of words; those of numbers end where they end
 * @returns a line for each row
 */
export function table(rows: readonly (readonly string[])[], left: ReadonlySet<number>): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const placed = (cell: string, column: number): string => (left.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0));
  return rows.map((cells) => cells.map(placed).join('  ').trimEnd());
}
