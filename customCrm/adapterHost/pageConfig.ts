import { lookupTemplates } from '../lookup/lookupUrl';

export interface PageConfigOptions {
  publicUrl: string;
  /** The tenant whose adapters are shown; no adapters without. */
  adapterUrl?: string;
  /** Hosts whose pages a record pop may show beside the adapters, besides this server's. */
  popHosts: readonly string[];
  /** Origins whose pages a record pop may lead to, but that refuse to stand in a frame, as Dynamics does. */
  windowOrigins: readonly string[];
}

/** What the agent's page must know. Nothing in it is secret. */
export interface PageConfig {
  /** The only origin whose events are listened to. */
  adapterOrigin?: string;
  adapters: { type: 'chat' | 'call'; url: string; width: number; height: number }[];
  /** Origins whose pages a record pop may show beside the adapters. */
  frameOrigins: string[];
  /** Origins whose pages a record pop may lead to in a window of their own. */
  windowOrigins: string[];
  lookupTemplates: { phone: string; sdk: string };
}

/** Sizes the vendor suggests. */
const sizes = { chat: { width: 450, height: 590 }, call: { width: 290, height: 600 } } as const;

/** Puts the page's configuration together; `from` must be "custom" for a CRM that is not on the vendor's list. */
export function pageConfig({ publicUrl, adapterUrl, popHosts, windowOrigins }: PageConfigOptions): PageConfig {
  const own = new URL(publicUrl);
  const tenant = adapterUrl === undefined ? undefined : new URL(adapterUrl);
  const adapters = (['chat', 'call'] as const).map((type) => ({
    type,
    url: `${tenant?.origin ?? ''}/agent/?type=${type}&from=custom`,
    ...sizes[type],
  }));
  return {
    ...(tenant && { adapterOrigin: tenant.origin }),
    adapters: tenant ? adapters : [],
    frameOrigins: [...new Set([own.origin, ...popHosts.map((host) => originOf(host, own.protocol))])],
    windowOrigins: [...windowOrigins],
    lookupTemplates: lookupTemplates(publicUrl),
  };
}

/** What the agent's page may load and show. */
export function hostPagePolicy({ adapterOrigin, frameOrigins }: PageConfig): string {
  return [
    ...shared,
    `frame-src 'self' ${[adapterOrigin, ...frameOrigins].filter(Boolean).join(' ')}`,
    "frame-ancestors 'self'",
  ].join('; ');
}

/** The landing pages may stand in the agent's page, and in the portal of the contact center ("Display CRM in portal"). */
export function landingPagePolicy({ adapterOrigin }: PageConfig): string {
  return [...shared, `frame-ancestors 'self'${adapterOrigin === undefined ? '' : ` ${adapterOrigin}`}`].join('; ');
}

const shared = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** A host alone means its https pages; a loopback host those of the scheme this server has itself. */
function originOf(host: string, ownProtocol: string): string {
  if (/^https?:\/\//.test(host)) return new URL(host).origin;
  const isLoopback = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host);
  return new URL(`${isLoopback ? ownProtocol : 'https:'}//${host}`).origin;
}
