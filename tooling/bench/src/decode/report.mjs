// Figures against floors.
const NOT_MEASURED = 'not measured';
const rows = [];

/**
 * Notes a figure.
 *
 * @param {string} what - that was measured
 * @param {string} floor - what is asked for
 * @param {number | undefined} value - the figure; none if a peer is missing
 * @param {{ most?: number, least?: number, unit?: string, times?: string }} bounds - the floor in numbers, and what was measured
 */
export function figure(what, floor, value, { most, least, unit = 'x', times = '' }) {
  const isMet = value !== undefined && value <= (most ?? Infinity) && value >= (least ?? -Infinity);
  const text = value === undefined ? NOT_MEASURED : `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)}${unit}`;
  rows.push([what, floor, text, value === undefined || floor === '' ? '' : isMet ? 'met' : 'NOT MET', times]);
}

/** Prints what was noted since the last time. */
export function printFigures() {
  const table = [['FIGURE', 'FLOOR', 'HERE', '', 'MEASURED'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
  const how = (word) => rows.filter(([, , , met]) => met === word).length;
  const missing = rows.filter(([, floor, text]) => floor !== '' && text === NOT_MEASURED).length;
  console.log(`  ${how('met')} met, ${how('NOT MET')} not met, ${missing} not measured`);
  rows.length = 0;
}
