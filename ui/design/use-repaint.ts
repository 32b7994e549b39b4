/**
 * Paints a canvas again when the theme changes, by hand or by the system.
 * @module
 */
import { useEffect } from 'preact/hooks';
import { useApp } from '../app-context.ts';

export function useRepaint(paint: () => void): void {
  const { theme } = useApp();
  const chosen = theme.theme.value;
  useEffect(() => {
    const frame = requestAnimationFrame(paint);
    return () => cancelAnimationFrame(frame);
  }, [chosen]);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', paint);
    return () => system.removeEventListener('change', paint);
  }, [paint]);
}

/** Paper is light: a canvas is painted once more for it, and back afterwards. `paint` must not wait for anything. */
export function usePrintInLight(paint: (onPaper: boolean) => void): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    let before: string | undefined;
    const start = (): void => {
      before = dataset['theme'];
      dataset['theme'] = 'light';
      paint(true);
    };
    const end = (): void => {
      if (before === undefined) delete dataset['theme'];
      else dataset['theme'] = before;
      paint(false);
    };
    addEventListener('beforeprint', start);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', start);
      removeEventListener('afterprint', end);
    };
  }, [paint]);
}
