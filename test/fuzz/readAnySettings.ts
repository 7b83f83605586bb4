import { settingsGroups } from '../../bot';
import { readSettings, SettingsError } from '../../bot/settings';
import { settingsSchema } from '../../bot/settings/coreSettings';

/** All there are, each taken for configured. */
const groups = Object.fromEntries(
  Object.entries(settingsGroups).map(([name, group]) => [name, { ...group, isConfigured: () => true }]),
);
const names = [
  settingsSchema,
  ...Object.values(groups).map((group) => (group as { settingsSchema: { shape: object } }).settingsSchema),
].flatMap((schema) => Object.keys(schema.shape));

export type EnvironmentLike = [number, string][];

/** Reads settings of which some hold anything; what is refused must not be quoted. */
export function readAnySettings(given: EnvironmentLike): unknown {
  const env = Object.fromEntries(given.map(([index, value]) => [names[index % names.length] ?? '', value]));
  try {
    return readSettings({ LINK_SIGNING_KEYS: 'a key for the tests that is long enough', ...env }, groups).publicUrl;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const quoted = Object.values(env).find(
      (value) => value.length >= 12 && !/^[\w .,:/-]*$/.test(value) && error.message.includes(value),
    );
    if (quoted !== undefined) throw new Error('a value is told in the message');
    throw error;
  }
}
