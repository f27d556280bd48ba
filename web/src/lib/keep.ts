/** What `make` makes, or what it made before where that is the same: so that what is derived of it is not derived anew. */
export function keep<T>(make: () => T, same: (a: T, b: T) => boolean): () => T {
  let kept: T | null = null;
  return () => {
    const made = make();
    if (kept === null || !same(kept, made)) kept = made;
    return kept;
  };
}
