/** Resolves when the condition holds; fails after ten seconds. */
export async function until(holds: () => Promise<boolean> | boolean, limitInMs = 10_000): Promise<void> {
  const endsAt = performance.now() + limitInMs;
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
