/**
 * @module
 */
/** A binary heap: the first by `before` comes out first. */
export interface Heap<T> {
  readonly size: number;
  push(value: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

/** @param before must order any two different values: what is undecided would depend on the heap's shape */
export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const values: T[] = [];
  const at = (index: number): T => values[index] as T;
  const swap = (a: number, b: number): void => {
    [values[a], values[b]] = [at(b), at(a)];
  };
  return {
    get size() {
      return values.length;
    },
    push(value) {
      values.push(value);
      let child = values.length - 1;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!before(at(child), at(parent))) break;
        swap(child, parent);
        child = parent;
      }
    },
    peek: () => values[0],
    pop() {
      const first = values[0];
      const last = values.pop();
      if (values.length === 0 || last === undefined) return first;
      values[0] = last;
      for (let parent = 0; ;) {
        const left = 2 * parent + 1;
        if (left >= values.length) break;
        const child = left + 1 < values.length && before(at(left + 1), at(left)) ? left + 1 : left;
        if (!before(at(child), at(parent))) break;
        swap(child, parent);
        parent = child;
      }
      return first;
    },
  };
}
