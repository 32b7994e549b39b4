/**
 * @module
 */
import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Whether the browser draws it: of what is `content-visibility: auto` it says when that changes. A browser that does not: always. */
export function useInSight(element: RefObject<HTMLElement | null>): ReadonlySignal<boolean> {
  const inSight = useSignal(true);
  // Before the first frame: the browser speaks up right after it.
  useLayoutEffect(() => {
    const node = element.current;
    const follow = (event: Event): void => {
      inSight.value = !(event as ContentVisibilityAutoStateChangeEvent).skipped;
    };
    node?.addEventListener('contentvisibilityautostatechange', follow);
    return () => node?.removeEventListener('contentvisibilityautostatechange', follow);
  }, []);
  return inSight;
}
