import { namesFrom } from '../../../dynamics/names';
import { dynamicsSettings } from '../../../dynamics/settings';

const minimal = {
  DYNAMICS_URL: 'https://contoso.crm4.dynamics.com/',
  DYNAMICS_TENANT_ID: '7b0c1f6e-0d8c-4f0e-9a43-0f6f7a1f3c11',
  DYNAMICS_CLIENT_ID: '1f0f8f7d-5b5c-4f0a-8a07-6b7d5e9b2a22',
  DYNAMICS_CLIENT_SECRET: 'secret',
};

const refusedKeys = (input: Record<string, string | undefined>) =>
  dynamicsSettings.safeParse(input).error?.issues.map((issue) => issue.path.join('.'));

it('the least that is needed brings the rest as defaults', () => {
  const settings = dynamicsSettings.parse(minimal);
  expect(settings).toMatchObject({
    DYNAMICS_URL: 'https://contoso.crm4.dynamics.com',
    DYNAMICS_API_VERSION: '9.2',
    DYNAMICS_CHAT_ACTIVITIES: 'all',
  });
  expect(settings.DYNAMICS_TOPIC_COLUMN).toBeUndefined();
  expect(namesFrom(settings)).toEqual({
    chatCustomer: 'cxlvhlp_customer_cxlvhlp_chatactivity_contact',
    chatRegarding: 'regardingobjectid_contact',
    chatArticles: 'cxlvhlp_knowledgearticlessentbybot_relationship',
    completedStatus: 2,
    noteChat: 'objectid_cxlvhlp_chatactivity',
    taskContact: 'regardingobjectid_contact_task',
  });
});

it.each([
  [{ DYNAMICS_URL: 'contoso' }, ['DYNAMICS_URL']],
  [{ DYNAMICS_TENANT_ID: 'common' }, ['DYNAMICS_TENANT_ID']],
  [{ DYNAMICS_TENANT_ID: undefined }, ['DYNAMICS_TENANT_ID']],
  [{ DYNAMICS_CLIENT_SECRET: undefined }, ['DYNAMICS_CLIENT_SECRET']],
  [{ DYNAMICS_CHAT_ACTIVITIES: 'some' }, ['DYNAMICS_CHAT_ACTIVITIES']],
  [{ DYNAMICS_ARTICLE_URL: 'https://help.example/article' }, ['DYNAMICS_ARTICLE_URL']],
  [{ DYNAMICS_TOPIC_COLUMN: 'a,b' }, ['DYNAMICS_TOPIC_COLUMN']],
  [{ DYNAMICS_API_VERSION: 'v9' }, ['DYNAMICS_API_VERSION']],
  [
    { DYNAMICS_CLIENT_SECRET: undefined, DYNAMICS_CLIENT_CERTIFICATE: '-----BEGIN PRIVATE KEY-----' },
    ['DYNAMICS_CLIENT_CERTIFICATE_THUMBPRINT'],
  ],
])('%j is refused by name', (change, keys) => {
  expect(refusedKeys({ ...minimal, ...change })).toEqual(keys);
});

it('a managed identity needs nothing else', () => {
  expect(refusedKeys({ DYNAMICS_URL: minimal.DYNAMICS_URL, DYNAMICS_MANAGED_IDENTITY: 'system' })).toBeUndefined();
});
