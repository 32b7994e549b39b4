import { expect, it } from 'vitest';
import { PAGES } from './pages.tsx';

it('every entry of the menu has a sign of its own: the rail of a tablet shows nothing else', () => {
  const icons = PAGES.flatMap(({ menu }) => (menu === undefined ? [] : [menu.icon]));
  expect(icons.length).toBeGreaterThan(10);
  expect(new Set(icons).size).toBe(icons.length);
});
