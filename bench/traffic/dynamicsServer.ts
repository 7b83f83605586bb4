import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '../../common/log';
import { startDynamicsStandIn } from '../../sandbox/dynamics';
import { serve } from '../run/serve';

/** The stand-in for Dynamics, with the token endpoint of a machine's managed identity beside it. */
export type DynamicsMethods = {
  addresses(): Promise<{ dynamics: string; identity: string }>;
};

async function main(): Promise<void> {
  const standIn = await startDynamicsStandIn({ port: 0, log: silentLog });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'bench',
    client_secret: 'bench',
    scope: `${standIn.url}/.default`,
  });
  const identity = createServer((_request, response) => {
    const { body } = standIn.tokens.answer('POST', 'application/x-www-form-urlencoded', form.toString());
    const { access_token } = body as { access_token: string };
    const expires_on = String(Math.floor(Date.now() / 1000) + standIn.tokens.lifeInSeconds);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token, expires_on, resource: standIn.url, token_type: 'Bearer', client_id: 'bench' }));
  });
  identity.listen(0, '127.0.0.1', () => {
    const { port } = identity.address() as AddressInfo;
    const methods: DynamicsMethods = {
      addresses: async () => ({ dynamics: standIn.url, identity: `http://127.0.0.1:${port}/token` }),
    };
    serve(methods, () => standIn.close());
  });
}

void main();
