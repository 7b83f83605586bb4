import {
  ConfidentialClientApplication,
  type INetworkModule,
  ManagedIdentityApplication,
  type NodeAuthOptions,
} from '@azure/msal-node';
import { errorCode, type Log } from '../common/log';
import { DataverseError } from './dataverseError';

/** Where the access tokens for Dataverse come from. */
export interface TokenSource {
  /**
   * A token that is good for some minutes at least. `refusedToken`: one that was just answered 401; a different one is
   * fetched unless another caller already did. Many callers at once cause one request. Throws `DataverseError` (`noToken`).
   */
  get(refusedToken?: string): Promise<string>;
}

/** How the bot proves who it is: a secret, a certificate, or the identity of the machine it runs on. */
export type Credential =
  | { kind: 'secret'; secret: string }
  | { kind: 'certificate'; thumbprint: string; privateKey: string }
  | { kind: 'managedIdentity'; userAssignedClientId?: string };

export interface TokenOptions {
  /** The environment, e.g. `https://contoso.crm4.dynamics.com`; its `/.default` is the scope. */
  environmentUrl: string;
  tenantId: string;
  clientId: string;
  credential: Credential;
  log: Log;
  /** Carries MSAL's requests; MSAL's own when absent. */
  network?: INetworkModule;
}

type Acquire = (skipCache: boolean) => Promise<string | undefined>;

/** Tokens from Entra ID by MSAL, which keeps them; this adds that parallel callers share one request. */
export function createTokenSource(options: TokenOptions): TokenSource {
  return shareTokenRequests(acquireWith(options), options.log);
}

/** Joins parallel requests for a token into one, and turns every failure into a `DataverseError`. */
export function shareTokenRequests(acquire: Acquire, log: Log): TokenSource {
  let underWay: Promise<string> | undefined;
  let newest: string | undefined;

  const fetchToken = async (skipCache: boolean): Promise<string> => {
    try {
      const token = await acquire(skipCache);
      if (!token) throw new Error('the identity service answered without a token');
      newest = token;
      return token;
    } catch (error) {
      log.error('No token for Dynamics', { code: errorCode(error) });
      // A secret that expired is put right by the operator; the records wait for that instead of being given up.
      throw new DataverseError({ status: 0, code: 'noToken', retriable: true, delivered: 'no', cause: error });
    }
  };

  return {
    get(refusedToken) {
      const skipCache = refusedToken !== undefined && (newest === undefined || newest === refusedToken);
      underWay ??= fetchToken(skipCache).finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}

function acquireWith(options: TokenOptions): Acquire {
  const system = options.network ? { networkClient: options.network } : {};
  const { credential } = options;
  if (credential.kind === 'managedIdentity') {
    const identity = new ManagedIdentityApplication({
      ...(credential.userAssignedClientId && {
        managedIdentityIdParams: { userAssignedClientId: credential.userAssignedClientId },
      }),
      system,
    });
    return async (forceRefresh) => (await identity.acquireToken({ resource: options.environmentUrl, forceRefresh })).accessToken;
  }
  const auth: NodeAuthOptions = {
    clientId: options.clientId,
    authority: `https://login.microsoftonline.com/${options.tenantId}`,
    ...(credential.kind === 'secret'
      ? { clientSecret: credential.secret }
      : { clientCertificate: { thumbprintSha256: credential.thumbprint, privateKey: credential.privateKey } }),
  };
  const application = new ConfidentialClientApplication({ auth, system });
  return async (skipCache) => {
    const scopes = [`${options.environmentUrl}/.default`];
    return (await application.acquireTokenByClientCredential({ scopes, skipCache }))?.accessToken;
  };
}
