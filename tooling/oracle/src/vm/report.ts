/** What came of a test. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Milliseconds. */
  readonly duration: number;
  readonly messages: readonly string[];
}

/** A part of what vitest's reporter `json` writes. */
interface VitestReport {
  readonly testResults?: readonly {
    readonly name?: string;
    readonly status?: string;
    readonly message?: string;
    readonly assertionResults?: readonly { readonly fullName?: string; readonly status?: string; readonly duration?: number; readonly failureMessages?: readonly string[] }[];
  }[];
}

/**
 * Reads vitest's report.
 *
 * @param text - JSON
 * @param folder - where the tests' bundles are
 */
export function parseReport(text: string, folder: string): TestResult[] {
  // CAST: what is not there is undefined, whatever was read.
  const { testResults = [] } = JSON.parse(text) as VitestReport;
  return testResults.flatMap(({ name = '', status, message = '', assertionResults = [] }) => {
    const file = name.replace(`${folder}/`, '').replace(/\.mjs$/u, '');
    const results = assertionResults.map(
      ({ fullName = '', status: outcome, duration = 0, failureMessages = [] }): TestResult => ({
        file,
        name: fullName,
        status: outcome === 'passed' ? 'passed' : outcome === 'failed' ? 'failed' : 'skipped',
        duration,
        messages: failureMessages,
      }),
    );
    // A file that could not be loaded, or failed outside of its tests.
    if (status === 'failed' && !results.some((result) => result.status === 'failed')) results.push({ file, name: '(the file itself)', status: 'failed', duration: 0, messages: [message] });
    return results;
  });
}

/**
 * Lines for whoever started the tests: what failed, and a line for each file.
 *
 * @param results - of all tests
 */
export function reportLines(results: readonly TestResult[]): string[] {
  const lines: string[] = [];
  for (const { file, name, messages } of results.filter(({ status }) => status === 'failed')) lines.push(`FAILED ${file}: ${name}`, ...messages.map((message) => `  ${message.split('\n', 1)[0] ?? ''}`));
  for (const file of new Set(results.map((result) => result.file))) {
    const all = results.filter((result) => result.file === file);
    const seconds = all.reduce((sum, { duration }) => sum + duration, 0) / 1000;
    lines.push(`${file}: ${countLine(all)} (${seconds.toFixed(1)} s)`);
  }
  return lines;
}

/** How many tests came to what: `3 passed, 0 failed`. */
export function countLine(results: readonly TestResult[]): string {
  const count = (status: TestResult['status']): number => results.filter((result) => result.status === status).length;
  return `${String(count('passed'))} passed, ${String(count('failed'))} failed${count('skipped') > 0 ? `, ${String(count('skipped'))} skipped` : ''}`;
}
