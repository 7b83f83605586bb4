/** How the capability table calls a desk and, when its capabilities depend on settings, what to ask it with. */
interface TableSettings {
  name: string;
  /** The settings without which it does not start. */
  least?: Record<string, string>;
  /** Those that switch on what can be switched on. */
  all?: Record<string, string>;
}

export const settingsForTable: Record<string, TableSettings> = {
  '8x8': {
    name: '8x8',
    least: {
      EIGHT_BY_EIGHT_API_KEY: 'key',
      EIGHT_BY_EIGHT_TENANT: 'tenant',
      EIGHT_BY_EIGHT_CHANNEL_ID: 'channel',
      EIGHT_BY_EIGHT_WEBHOOK_SECRET: 'sixteen-letters-or-more',
    },
    all: { EIGHT_BY_EIGHT_AVAILABILITY: 'fail-open' },
  },
  'live-agent': { name: 'Live Agent' },
  'enhanced-chat': { name: 'Enhanced Chat' },
  mluvii: {
    name: 'mluvii',
    least: { MLUVII_WEBHOOK_USER: 'mluvii', MLUVII_WEBHOOK_PASSWORD: 'sixteen-letters-or-more' },
    all: { MLUVII_API_CLIENT_ID: 'id', MLUVII_API_CLIENT_SECRET: 'secret' },
  },
  ccaip: {
    name: 'CCAIP',
    least: { CCAIP_URL: 'https://customer.example', CCAIP_API_TOKEN: 'token', CCAIP_WEBHOOK_SECRET: 'secret' },
    all: { CCAIP_AVAILABILITY: 'on' },
  },
  'mluvii-transfer': { name: 'mluvii (transfer)' },
  'live-assist': { name: 'Live Assist' },
};
