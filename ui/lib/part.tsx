/**
 * A part of a page that comes in a chunk of its own, when it is first shown or fetched ahead.
 * @module
 */
import { signal } from '@preact/signals';
import type { FunctionComponent, VNode } from 'preact';
import { useEffect } from 'preact/hooks';

const RETRY_MS = 2_000;

export type Part<P> = FunctionComponent<P> & {
  /** Fetches it ahead; again and again costs nothing. */
  fetch: () => void;
};

/** @param instead shown until it is there; a server that is away is asked again */
export function part<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
  instead: () => VNode | null = () => null,
): Part<P> {
  const loaded = signal<FunctionComponent<P> | undefined>(undefined);
  let loading = false;

  function fetch(): void {
    if (loading) return;
    loading = true;
    void load().then(put, () => setTimeout(again, RETRY_MS));
  }

  function put(component: FunctionComponent<P>): void {
    loaded.value = component;
  }

  function again(): void {
    loading = false;
    fetch();
  }

  function Shown(props: P): VNode | null {
    useEffect(fetch, []);
    const Loaded = loaded.value;
    return Loaded === undefined ? instead() : <Loaded {...props} />;
  }
  return Object.assign(Shown, { fetch });
}
