import { afterEach, beforeEach, expect, vi } from 'vitest';

// Stray console output fails a test: what a library has to say goes through its API.
const METHODS = ['debug', 'error', 'info', 'log', 'warn'] as const;

let said: string[] = [];

beforeEach(() => {
  said = [];
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      said.push(`console.${method}: ${args.map(String).join(' ')}`);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(said, 'stray console output').toEqual([]);
});
