/**
 * The same bytes as a static page: the screen as it was drawn, its own style sheets, and its scripts made inert, from the
 * same server. What is left is what a browser needs to fetch and show that much.
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { precompressFile } from '../../ui/precompress.ts';

/** Address of the static page of a screen. */
export function peerPath(name: string): string {
  return `/peer/${name}.html`;
}

/** @param uiDir folder that the API serves the page from @param files of the screen, as they were loaded */
export async function writePeer(
  page: Page,
  uiDir: string,
  name: string,
  files: readonly string[],
): Promise<void> {
  await mkdir(join(uiDir, 'peer'), { recursive: true });
  const links: string[] = [];
  for (const file of files) {
    if (file.endsWith('.css')) links.push(`<link rel="stylesheet" href="${file}">`);
    if (!file.endsWith('.js')) continue;
    const inert = `/assets/peer-${basename(file)}`;
    await writeFile(join(uiDir, inert), inertScript(await readFile(join(uiDir, file), 'utf8')));
    await precompressFile(join(uiDir, inert));
    links.push(`<script type="module" src="${inert}"></script>`);
  }
  const body = await page.evaluate<string>('document.body.outerHTML');
  const head = `<meta charset="utf-8"><title>Apel</title><link rel="icon" href="/favicon.svg">${links.join('')}`;
  const html = `<!doctype html><html lang="ro"><head>${head}</head>${body}</html>`;
  await writeFile(join(uiDir, peerPath(name)), html);
}

/** Read to its end by the browser, with nothing to do: a comment of the same text. */
function inertScript(text: string): string {
  return `/*${text.slice(4).replaceAll('*/', '* ')}*/`;
}
