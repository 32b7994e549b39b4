import { describe, expect, it } from 'vitest';
import { readHead } from './csv-head.ts';

describe('readHead', () => {
  it.each([
    ['a;b;c\n1;2;3', ';', ['a', 'b', 'c'], 1],
    ['a,b\n', ',', ['a', 'b'], 1],
    ['a\tb, c\n', '\t', ['a', 'b, c'], 1],
    ['\n  \ntelefon\n0722', ';', ['telefon'], 3],
    ['sep=,\na,b;c\n', ',', ['a', 'b;c'], 2],
    ['sep=\t\na\tb;c;d\n', '\t', ['a', 'b;c;d'], 2],
    ['"nume, tot";telefon\n', ';', ['nume, tot', 'telefon'], 1],
    ['"Număr\nde telefon";nume\n0722;Pop\n', ';', ['Număr\nde telefon', 'nume'], 2],
  ] as const)('of %j finds %j', (text, delimiter, header, lines) => {
    expect(readHead(Buffer.from(text))).toMatchObject({ delimiter, header, lines });
  });

  it('ends where the first data row begins, in bytes', () => {
    const head = '\nTelefon;Consimțământ\n';
    expect(readHead(Buffer.from(`${head}0722;2026`))?.end).toBe(Buffer.byteLength(head));
    expect(readHead(Buffer.from('Telefon;Nume'))?.end).toBe(12);
  });

  it('of nothing but blank lines is nothing', () => {
    expect(readHead(Buffer.from('\n\n'))).toBeUndefined();
  });
});
