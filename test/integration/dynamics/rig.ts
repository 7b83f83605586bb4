import { createHttpClient } from '../../../common/http';
import { silentLog } from '../../../common/log';
import { createGateway, type DataverseGateway, type GatewayOptions } from '../../../dynamics/gateway';
import { dynamicsSettings } from '../../../dynamics/settings';
import { createTokenNetwork } from '../../../dynamics/tokenNetwork';
import { createTokenSource, type TokenSource } from '../../../dynamics/tokens';
import { type DynamicsStandIn, startDynamicsStandIn } from '../../../sandbox/dynamics';

export const tenantId = '7b0c1f6e-0d8c-4f0e-9a43-0f6f7a1f3c11';
export const clientId = '1f0f8f7d-5b5c-4f0a-8a07-6b7d5e9b2a22';
export const clientSecret = 'a secret for tests';

/** The stand-in and a gateway that talks to it over real HTTP with real MSAL. */
export interface Rig {
  standIn: DynamicsStandIn;
  tokens: TokenSource;
  gateway: DataverseGateway;
  another(options?: Partial<GatewayOptions>): DataverseGateway;
  close(): Promise<void>;
}

export async function startRig(options: { dataFile?: string } = {}): Promise<Rig> {
  const standIn = await startDynamicsStandIn({ port: 0, log: silentLog, clientId, clientSecret, ...options });
  const http = createHttpClient();
  const tokens = createTokenSource({
    environmentUrl: standIn.url,
    tenantId,
    clientId,
    credential: { kind: 'secret', secret: clientSecret },
    network: createTokenNetwork(http, standIn.tokenUrl),
    log: silentLog,
  });
  const another = (extra: Partial<GatewayOptions> = {}) =>
    createGateway({ environmentUrl: standIn.url, apiVersion: '9.2', http, tokens, log: silentLog, ...extra });
  return {
    standIn,
    tokens,
    gateway: another(),
    another,
    async close() {
      await http.close();
      await standIn.close();
    },
  };
}

export function settingsFor(standIn: DynamicsStandIn, extra: Record<string, string> = {}) {
  return dynamicsSettings.parse({
    DYNAMICS_URL: standIn.url,
    DYNAMICS_TENANT_ID: tenantId,
    DYNAMICS_CLIENT_ID: clientId,
    DYNAMICS_CLIENT_SECRET: clientSecret,
    ...extra,
  });
}
