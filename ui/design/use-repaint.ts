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
