/**
 * Title of the browser's tab.
 * @module
 */
import { useEffect } from 'preact/hooks';

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Apel`;
  }, [title]);
}
