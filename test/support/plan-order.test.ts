import { describe, expect, it } from 'vitest';
import { planOrder } from './plan-order.ts';

const file = (isSite: boolean, seconds: number, size = 1) => ({ isSite, seconds, size });
const site = (seconds: number) => file(true, seconds);
const part = (seconds: number) => file(false, seconds);

/** As vitest runs them: the next file goes to the first worker that is free. @returns end, and most sites at once */
function run(order: readonly ReturnType<typeof file>[], workers: number): { end: number; sites: number } {
  const spans: { from: number; to: number; isSite: boolean }[] = [];
  const free = Array.from({ length: workers }, () => 0);
  for (const { isSite, seconds } of order) {
    const at = free.indexOf(Math.min(...free));
    const from = free[at] ?? 0;
    free[at] = from + seconds;
    spans.push({ from, to: from + seconds, isSite });
  }
  const sites = spans.map(
    ({ from }) => spans.filter((span) => span.isSite && span.from <= from && from < span.to).length,
  );
  return { end: Math.max(...free), sites: Math.max(...sites) };
}

describe('the order of test files', () => {
  it('runs no more than two sites at once, as long as there is something else, and leaves no worker idle', () => {
    const files = [site(30), part(5), site(60), part(40), site(50), part(1), part(20), site(20), part(14)];
    expect(run(planOrder(files, 3), 3)).toEqual({ end: 80, sites: 2 });
    expect(
      run(
        files.toSorted((a, b) => b.seconds - a.seconds),
        3,
      ).sites,
    ).toBe(3);
  });

  it('loses no file, with any number of workers, of any kind alone', () => {
    for (const files of [[site(1), site(2), site(3)], [part(1), part(2)], [], [part(3), site(9)]]) {
      for (const workers of [1, 2, 3]) {
        expect(new Set(planOrder(files, workers))).toEqual(new Set(files));
      }
    }
  });

  it('begins with the longest, and of equal ones with the largest', () => {
    const order = planOrder([part(3), file(false, 3, 9), part(7)], 2);
    expect(order.map(({ seconds, size }) => [seconds, size])).toEqual([
      [7, 1],
      [3, 9],
      [3, 1],
    ]);
  });
});
