const PATIENCE_IN_MS = 10_000;

/** Resolves with the first value that is not undefined; fails after ten seconds without. */
export function until<T>(look: () => T | undefined, onChange: (listener: () => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined;
    const finish = (act: () => void) => {
      clearTimeout(deadline);
      stop();
      act();
    };
    const deadline = setTimeout(() => finish(() => reject(new Error('what was waited for did not happen'))), PATIENCE_IN_MS);
    const check = () => {
      try {
        const value = look();
        if (value !== undefined) finish(() => resolve(value));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    stop = onChange(check);
    check();
  });
}
