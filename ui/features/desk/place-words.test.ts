import { expect, it } from 'vitest';
import { placeWords } from './place-words.ts';

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0 (192.0.2.14)',
    'Edge, Windows, 192.0.2.14',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0.0.0 Safari/537.36 (127.0.0.1)',
    'Chrome, Linux, 127.0.0.1',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1 (2001:db8::7)',
    'Safari, iOS, 2001:db8::7',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0 (192.0.2.1)',
    'Firefox, macOS, 192.0.2.1',
  ],
  ['node (127.0.0.1)', '127.0.0.1'],
  ['', ''],
])('%s is %s', (place, words) => {
  expect(placeWords(place)).toBe(words);
});
