import { expect, it } from 'vitest';
import { interactiveMs } from './probe.ts';

it.each<[string, [number, number][], number]>([
  ['nothing else runs', [[0, 190]], 200],
  ['a task begins right after the paint', [[210, 300]], 300],
  ['tasks follow one another', [[345, 400], [240, 300]], 400],
  ['a task begins when a key would have been answered already', [[251, 400]], 200],
])('interactive when %s', (_, longTasks, expected) => {
  expect(interactiveMs({ paintedAt: 200, longTasks })).toBe(expected);
}); // prettier-ignore
