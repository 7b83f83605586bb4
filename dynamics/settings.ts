import { z } from 'zod';

const guid = z.guid();
const column = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a column');

/** The settings of Dynamics 365; the keys are the names of the environment variables. */
export const dynamicsSettings = z
  .object({
    DYNAMICS_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .describe('Address of the Dynamics 365 environment, e.g. https://contoso.crm4.dynamics.com'),
    DYNAMICS_API_VERSION: z
      .string()
      .regex(/^\d+\.\d+$/)
      .default('9.2')
      .describe('Version of the Dataverse Web API'),
    DYNAMICS_TENANT_ID: guid.optional().describe('Directory (tenant) id of the environment; not needed with a managed identity'),
    DYNAMICS_CLIENT_ID: guid
      .optional()
      .describe('Application (client) id of the application user; not needed with a managed identity'),
    DYNAMICS_CLIENT_SECRET: z.string().min(1).optional().describe('Secret of the application; or give a certificate'),
    DYNAMICS_CLIENT_CERTIFICATE: z
      .string()
      .includes('PRIVATE KEY')
      .optional()
      .describe('Private key of the certificate of the application, as PEM text; instead of a secret'),
    DYNAMICS_CLIENT_CERTIFICATE_THUMBPRINT: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .optional()
      .describe('SHA-256 thumbprint of that certificate, 64 hexadecimal digits'),
    DYNAMICS_MANAGED_IDENTITY: z
      .union([z.literal('system'), guid])
      .optional()
      .describe('"system", or the client id of a user-assigned managed identity; instead of tenant, client and secret'),
    DYNAMICS_CHAT_ACTIVITIES: z
      .enum(['all', 'handed-off'])
      .default('all')
      .describe('Which chats get a chat activity: all, or only those in which a person was asked for'),
    DYNAMICS_ARTICLE_URL: z
      .string()
      .includes('{kbnum}')
      .optional()
      .describe('Address of an article on the portal, with {kbnum} for its public number and, if wanted, {language}'),
    DYNAMICS_ARTICLE_LANGUAGE: z.string().min(2).default('en').describe('Language of articles whose row names none'),
    DYNAMICS_TOPIC_COLUMN: column
      .optional()
      .describe('Column of knowledgearticle that holds a topic key, e.g. swb_topickey; not read when empty'),
    DYNAMICS_CHAT_CUSTOMER_PROPERTY: column
      .default('cxlvhlp_customer_cxlvhlp_chatactivity_contact')
      .describe('Navigation property from chat activity to the contact (customer)'),
    DYNAMICS_CHAT_REGARDING_PROPERTY: column
      .default('regardingobjectid_contact')
      .describe('Navigation property from chat activity to the contact (regarding); some environments add the table name'),
    DYNAMICS_CHAT_ARTICLES_RELATION: column
      .default('cxlvhlp_knowledgearticlessentbybot_relationship')
      .describe('Relation from chat activity to its knowledge-article records'),
    DYNAMICS_CHAT_COMPLETED_STATUS: z.coerce.number().int().default(2).describe('Status reason of a completed chat activity'),
    DYNAMICS_NOTE_CHAT_PROPERTY: column
      .default('objectid_cxlvhlp_chatactivity')
      .describe('Navigation property from note to chat activity'),
    DYNAMICS_TASK_CONTACT_PROPERTY: column
      .default('regardingobjectid_contact_task')
      .describe('Navigation property from task to the contact (regarding)'),
  })
  .superRefine((settings, context) => {
    if (settings.DYNAMICS_MANAGED_IDENTITY) return;
    const need = (path: keyof typeof settings, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!settings.DYNAMICS_TENANT_ID) need('DYNAMICS_TENANT_ID', 'is needed unless DYNAMICS_MANAGED_IDENTITY is set');
    if (!settings.DYNAMICS_CLIENT_ID) need('DYNAMICS_CLIENT_ID', 'is needed unless DYNAMICS_MANAGED_IDENTITY is set');
    if (settings.DYNAMICS_CLIENT_CERTIFICATE) {
      if (!settings.DYNAMICS_CLIENT_CERTIFICATE_THUMBPRINT)
        need('DYNAMICS_CLIENT_CERTIFICATE_THUMBPRINT', 'is needed with DYNAMICS_CLIENT_CERTIFICATE');
    } else if (!settings.DYNAMICS_CLIENT_SECRET) {
      need('DYNAMICS_CLIENT_SECRET', 'is needed unless a certificate or DYNAMICS_MANAGED_IDENTITY is set');
    }
  });

export type DynamicsSettings = z.infer<typeof dynamicsSettings>;
