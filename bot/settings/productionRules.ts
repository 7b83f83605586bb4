import type { CoreEnvironment } from './coreSettings';
import { settingsSchema } from './coreSettings';
import { describe } from './readGroup';
import type { Environment, SettingsProblem } from './settingsGroup';

export type Mode = 'sandbox' | 'production';

/** The mode asked for, or the one that fits what is configured. */
export function chooseMode(env: Environment): Mode {
  if (env['SWITCHBOARD_MODE'] === 'production' || env['SWITCHBOARD_MODE'] === 'sandbox') return env['SWITCHBOARD_MODE'];
  return env['NODE_ENV'] === 'production' || env['MicrosoftAppId'] ? 'production' : 'sandbox';
}

/** What the mode forbids or demands beyond each variable's own shape. */
export function modeProblems(
  mode: Mode,
  core: Partial<CoreEnvironment>,
  env: Environment,
  dynamicsIsConfigured: boolean,
): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const missing = (variable: string, why: string) =>
    problems.push({ variable, message: `is missing: ${why}. ${describe(settingsSchema, variable)}`.trim() });

  const { CHAT_REMINDER_MINUTES: remind = 0, CHAT_INACTIVITY_MINUTES: inactive = Number.POSITIVE_INFINITY } = core;
  if (remind >= inactive)
    problems.push({
      variable: 'CHAT_REMINDER_MINUTES',
      message: 'is not below CHAT_INACTIVITY_MINUTES: the chat would have ended before anybody is reminded.',
    });
  if (mode === 'sandbox') {
    if (env['NODE_ENV'] === 'production')
      problems.push({
        variable: 'SWITCHBOARD_MODE',
        message: 'is sandbox although NODE_ENV is production. Remove one of the two.',
      });
    if (!env['MicrosoftAppId']) return problems;
  }
  const type = core.MicrosoftAppType ?? 'SingleTenant';
  if (!env['MicrosoftAppId']) missing('MicrosoftAppId', 'callers cannot be checked without it');
  if (type === 'UserAssignedMSI') {
    if (env['MicrosoftAppPassword'])
      problems.push({
        variable: 'MicrosoftAppPassword',
        message: 'is set although MicrosoftAppType is UserAssignedMSI. Remove it.',
      });
  } else if (!env['MicrosoftAppPassword']) missing('MicrosoftAppPassword', `${type} signs in with it`);
  if (type !== 'MultiTenant' && !env['MicrosoftAppTenantId']) missing('MicrosoftAppTenantId', `${type} belongs to a tenant`);
  if (mode === 'sandbox') return problems;

  if (!env['PUBLIC_URL']) missing('PUBLIC_URL', 'links and webhooks need an address');
  else if (core.PUBLIC_URL && !core.PUBLIC_URL.startsWith('https:'))
    problems.push({ variable: 'PUBLIC_URL', message: 'is not https. Production needs an https address.' });
  if (!env['LINK_SIGNING_KEYS']) missing('LINK_SIGNING_KEYS', 'all instances must share it');
  if (!dynamicsIsConfigured)
    problems.push({
      variable: 'DYNAMICS_URL',
      message: 'and the other DYNAMICS_ settings are missing. Production answers from a real Dynamics 365.',
    });
  return problems;
}
