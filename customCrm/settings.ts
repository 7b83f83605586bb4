import { z } from 'zod';

const webAddress = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .transform((text) => text.replace(/\/+$/, ''));
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const secret = (least: number) => z.string().min(least, `is shorter than ${least} characters`);
const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** The settings of the Custom CRM service; the keys are the names of the environment variables. */
export const settingsSchema = z
  .object({
    CUSTOM_CRM_USER: z
      .string()
      .regex(/^[^:]+$/, 'must not hold a colon')
      .optional()
      .describe('User name for Basic authentication.'),
    CUSTOM_CRM_PASSWORD: secret(12).optional().describe('Password for Basic authentication, at least 12 characters.'),
    CUSTOM_CRM_HEADER_NAME: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'is not the name of a header')
      .default('x-api-key')
      .describe('Name of the custom header the contact center sends.'),
    CUSTOM_CRM_HEADER_VALUES: list
      .pipe(z.array(secret(24)).min(1, 'holds no value'))
      .optional()
      .describe('Values that are accepted in the custom header, separated by commas, newest first; each at least 24 characters.'),
    CUSTOM_CRM_OAUTH_ISSUER: z
      .url()
      .optional()
      .describe('Issuer of OAuth access tokens (their "iss"), when the contact center signs in by OAuth.'),
    CUSTOM_CRM_OAUTH_KEYS_URL: webAddress
      .optional()
      .describe('Address of the issuer’s signing keys (jwks_uri). Needed with an issuer.'),
    CUSTOM_CRM_OAUTH_AUDIENCE: z
      .string()
      .optional()
      .describe('What tokens must be made for (their "aud"). Needed with an issuer.'),
    CUSTOM_CRM_OAUTH_SCOPE: z.string().optional().describe('A scope or role tokens must have; any when left out.'),
    CUSTOM_CRM_TIMEOUT_SECONDS: wholeNumber(1, 10)
      .default(5)
      .describe('The request timeout set at the contact center, in seconds (1 to 10); answers are given within 70 % of it.'),
    CUSTOM_CRM_RETRY_STATUS: wholeNumber(400, 599)
      .default(400)
      .describe('The status that asks the contact center to call again later. Only 400 is known to be repeated (for a week).'),
    CUSTOM_CRM_PHONE_COUNTRY_CODE: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, 'is not a country code such as 1 or 44')
      .default('1')
      .describe('Country code of phone numbers that come without one.'),
    CUSTOM_CRM_IDENTIFIER_COLUMN: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'must be the name of a column')
      .default('externaluseridentifier')
      .describe('Column of contact that holds the id the bot and the contact center know the customer by.'),
    CUSTOM_CRM_MAX_FILE_MEGABYTES: wholeNumber(1, 64)
      .default(5)
      .describe('The largest file taken; not more than the environment of Dynamics allows for a note (5 MB unless raised).'),
    CUSTOM_CRM_DESK: z
      .string()
      .default('ccaip')
      .describe('Name of the contact center among the routes of SKILLS_FILE, to find the bot’s conversations by chat id.'),
    CUSTOM_CRM_INTAKE_FOLDER: z
      .string()
      .optional()
      .describe(
        'Folder in which the external storage of the contact center arrives (mounted or synchronized). Left out: none is watched.',
      ),
    CUSTOM_CRM_INTAKE_SECONDS: wholeNumber(5, 3600).default(60).describe('How often that folder is looked at, in seconds.'),
    CUSTOM_CRM_ADAPTER_URL: webAddress
      .optional()
      .describe(
        'Address of the contact center’s tenant, e.g. https://customer.uc1.ccaiplatform.com; with it there is the agent’s page with the adapters.',
      ),
    CUSTOM_CRM_POP_HOSTS: list
      .pipe(z.array(z.string().regex(/^(?:https?:\/\/)?[\w.-]+(?::\d{1,5})?$/, 'holds something that is no host')))
      .default([])
      .describe(
        'Hosts whose pages may be shown to agents by a record pop, separated by commas, besides this server and Dynamics.',
      ),
    CUSTOM_CRM_RECORD_URL: z
      .string()
      .regex(/^https?:\/\/[\w.-]+(?::\d{1,5})?\/.*\{id\}/, 'is not an http(s) address with {id}')
      .optional()
      .describe('Address of a record in Dynamics with {table}, {set} and {id}. Left out: the address of a model-driven app.'),
    CUSTOM_CRM_AGENT_USER: z
      .string()
      .regex(/^[^:]+$/, 'must not hold a colon')
      .default('agent')
      .describe('User name for the pages agents open (/agent-host/…).'),
    CUSTOM_CRM_AGENT_PASSWORD: secret(12)
      .optional()
      .describe('Password for those pages, at least 12 characters. Left out in production: there are none.'),
  })
  .superRefine((settings, context) => {
    const need = (path: keyof typeof settings, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (settings.CUSTOM_CRM_USER !== undefined && settings.CUSTOM_CRM_PASSWORD === undefined)
      need('CUSTOM_CRM_PASSWORD', 'is needed with CUSTOM_CRM_USER');
    if (settings.CUSTOM_CRM_PASSWORD !== undefined && settings.CUSTOM_CRM_USER === undefined)
      need('CUSTOM_CRM_USER', 'is needed with CUSTOM_CRM_PASSWORD');
    if (settings.CUSTOM_CRM_OAUTH_ISSUER === undefined) return;
    if (settings.CUSTOM_CRM_OAUTH_KEYS_URL === undefined)
      need('CUSTOM_CRM_OAUTH_KEYS_URL', 'is needed with CUSTOM_CRM_OAUTH_ISSUER');
    if (settings.CUSTOM_CRM_OAUTH_AUDIENCE === undefined)
      need('CUSTOM_CRM_OAUTH_AUDIENCE', 'is needed with CUSTOM_CRM_OAUTH_ISSUER');
  });

export type CustomCrmSettings = z.infer<typeof settingsSchema>;

/** Whether the operator means to offer the service: with any of the three ways to sign in. */
export function isConfigured(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(
    env['CUSTOM_CRM_USER'] || env['CUSTOM_CRM_PASSWORD'] || env['CUSTOM_CRM_HEADER_VALUES'] || env['CUSTOM_CRM_OAUTH_ISSUER'],
  );
}
