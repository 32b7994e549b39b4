/**
 * Focus for what has just appeared: browsers obey `autofocus` once a document, not on what a page draws later.
 * @module
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** @returns the ref of the element that gets the focus when it appears, unless something else is focused already */
export function useFirstFocus<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    const { activeElement: now } = document;
    if (now === null || now === document.body) element.current?.focus({ preventScroll: true });
  }, []);
  return element;
}
