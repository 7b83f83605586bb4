/** One endpoint as an administrator types it in. */
export interface EndpointConfig {
  /** Below the service's address; may hold variables. */
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Name → text with variables, or a function. */
  parameters: Record<string, string>;
  /** How the parameters stand in the body. */
  format?: { kind: 'property' } | { kind: 'container'; type: 'map' | 'array'; name: string };
  /** Path to the object in the answer, such as `data.record`; the answer itself when empty. */
  responseLocation?: string;
  upload?: 'base64' | 'multipart';
}

export type EndpointName =
  | 'findAccount'
  | 'findAccountById'
  | 'createAccount'
  | 'findRecord'
  | 'createRecord'
  | 'updateRecord'
  | 'comment'
  | 'upload';
export type Endpoints = Record<EndpointName, EndpointConfig>;

const session = { chatId: '{Chat_ID}', callId: '{Call_ID}', sessionId: '{SESSION_ID}' };

/** What the README of the service tells an administrator to type in. */
export const usualEndpoints: Endpoints = {
  findAccount: {
    url: '/accounts',
    method: 'GET',
    parameters: { identifier: '{SDK_IDENTIFIER}', phone: '{PHONE_NUMBER}', email: '=DEFAULT_VALUE({EMAIL}, {SDK_EMAIL})' },
  },
  findAccountById: { url: '/accounts/{ACCOUNT_ID}', method: 'GET', parameters: {} },
  createAccount: {
    url: '/accounts',
    method: 'POST',
    format: { kind: 'property' },
    parameters: {
      ...session,
      identifier: '{SDK_IDENTIFIER}',
      name: '=DEFAULT_VALUE({SDK_NAME}, {NAME})',
      firstName: '{FIRST_NAME}',
      lastName: '{LAST_NAME}',
      phone: '{PHONE_NUMBER}',
      email: '=DEFAULT_VALUE({EMAIL}, {SDK_EMAIL})',
      ujetId: '{UJET_ID}',
      lang: '{LANG}',
    },
  },
  findRecord: {
    url: '/records',
    method: 'GET',
    parameters: { ...session, accountId: '{ACCOUNT_ID}', channel: '{CHANNEL}', queueId: '{QUEUE_ID}' },
  },
  createRecord: {
    url: '/records',
    method: 'POST',
    format: { kind: 'container', type: 'map', name: 'record' },
    parameters: {
      ...session,
      contactId: '{ACCOUNT_ID}',
      subject: '{TICKET_SUBJECT}',
      description: '{TICKET_DESCRIPTION_HTML}',
      channel: '{CHANNEL}',
      sessionType: '{SESSION_TYPE}',
      menu: '{MENU_PATH}',
      queueName: '{QUEUE_NAME}',
      queueId: '{QUEUE_ID}',
      agentEmail: '=DEFAULT_VALUE({AGENT_EMAIL}, nobody@example.com)',
      lang: '{LANG}',
    },
  },
  updateRecord: {
    url: '/records/{RECORD_ID}',
    method: 'PATCH',
    format: { kind: 'container', type: 'array', name: 'records' },
    parameters: {
      ...session,
      subject: '{TICKET_SUBJECT}',
      rating: '{RATING}',
      feedback: '{FEEDBACK}',
      callDuration: '{CALL_DURATION}',
      holdTime: '{HOLD_TIME}',
      waitTime: '{WAIT_TIME}',
      agentEmail: '{AGENT_EMAIL}',
      disconnectedBy: '{DISCONNECTED_BY}',
    },
  },
  comment: {
    url: '/records/{RECORD_ID}/comments',
    method: 'POST',
    format: { kind: 'property' },
    parameters: { ...session, comment: '{COMMENT_BODY}' },
  },
  upload: {
    url: '/records/{RECORD_ID}/attachments',
    method: 'POST',
    upload: 'multipart',
    parameters: { file: '{FILE_DATA}' },
  },
};
