import type { z } from 'zod';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of one outside system: read only when it is configured. */
export interface SettingsGroup<Schema extends z.ZodObject = z.ZodObject> {
  /** Keys are environment variables; each has a `.describe()` that says what to put there. */
  settingsSchema: Schema;
  /** Whether the operator means to use this system. */
  isConfigured(env: Environment): boolean;
}

/** One variable that is wrong or missing. */
export interface SettingsProblem {
  variable: string;
  /** What is wrong and what to do; never the value. */
  message: string;
}

/** The process cannot start with these settings. Lists every problem at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly SettingsProblem[]) {
    const lines = problems.map((problem) => `  ${problem.variable}: ${problem.message}`);
    super(
      `Switchboard cannot start: ${problems.length === 1 ? 'a setting is' : `${problems.length} settings are`} wrong.\n${lines.join('\n')}`,
    );
  }
}
