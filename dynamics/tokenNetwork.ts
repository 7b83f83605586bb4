import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import type { HttpClient } from '../common/http';
import { isJsonObject } from '../common/json';

const timeoutInMs = 10_000;

/**
 * Carries MSAL's requests over our HTTP client, so that they have a deadline. With `tokenUrl` every token request goes there
 * and the look-ups before it are answered without the network: for identity services other than Entra ID's public one.
 */
export function createTokenNetwork(http: HttpClient, tokenUrl?: string): INetworkModule {
  const exchange = async <T>(method: 'GET' | 'POST', url: string, options?: NetworkRequestOptions) => {
    const response = await http({
      method,
      url,
      timeoutInMs,
      ...(options?.headers && { headers: options.headers }),
      ...(options?.body !== undefined && { body: options.body }),
    });
    const body = isJsonObject(response.json) ? response.json : { error: `http${response.status}` };
    return { headers: response.headers, status: response.status, body: body as T } satisfies NetworkResponse<T>;
  };
  return {
    async sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions) {
      if (tokenUrl === undefined) return exchange<T>('GET', url, options);
      return { headers: {}, status: 200, body: lookUp(url) as T };
    },
    sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions) {
      return exchange<T>('POST', tokenUrl ?? url, options);
    },
  };
}

/** The answers Entra ID gives about an authority, reduced to what MSAL reads of them. */
function lookUp(url: string): object {
  const { origin, hostname, pathname } = new URL(url);
  if (pathname.startsWith('/common/discovery/instance')) {
    return {
      tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
      metadata: [{ preferred_network: hostname, preferred_cache: hostname, aliases: [hostname] }],
    };
  }
  const tenant = pathname.split('/')[1] ?? 'common';
  return {
    issuer: `${origin}/${tenant}/v2.0`,
    authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  };
}
