import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addAgentHost } from '../../../bot/server/agentHostRoutes';
import { addCustomCrmRoutes, linkCrmFile } from '../../../bot/server/customCrmRoutes';
import { createSignedLinks } from '../../../bot/signedLinks';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { type CustomCrmParts, createCustomCrm, settingsSchema } from '../../../customCrm';
import type { BotConversation } from '../../../customCrm/dependencies';
import { namesFrom } from '../../../dynamics/names';
import type { DynamicsStandIn } from '../../../sandbox/dynamics';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { FakeClock } from '../../support/fakeClock';
import { type Rig, settingsFor, startRig } from '../dynamics/rig';
import { type ServerRig, startServer } from '../server/serverRig';

export const headerValue = 'a header value for the tests';
const publicUrl = 'https://bot.example';

/** The service over real HTTP in front of the Dynamics stand-in, with a store on disk. */
export interface CrmRig {
  standIn: DynamicsStandIn;
  clock: FakeClock;
  /** What the bot's links would say, by chat id. */
  conversations: Map<string, BotConversation>;
  folder: string;
  url(): string;
  parts(): CustomCrmParts;
  store(): Store;
  /** Calls an endpoint with the right header. `body`: JSON unless it is a form or bytes. */
  call(
    method: string,
    place: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; json: JsonObject }>;
  /** Stops the service and starts it anew over the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startCrmRig(env: Record<string, string> = {}): Promise<CrmRig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-crm-'));
  const dynamics: Rig = await startRig();
  const clock = new FakeClock(Date.now());
  const conversations = new Map<string, BotConversation>();
  const links = createSignedLinks(['a key for the tests that is long enough']);
  const http = createHttpClient();
  const file = path.join(folder, 'switchboard.db');
  let store: Store;
  let parts: CustomCrmParts;
  let server: ServerRig;
  const start = async () => {
    store = await openSqliteStore({ file, log: silentLog });
    parts = createCustomCrm({
      settings: settingsSchema.parse({ CUSTOM_CRM_HEADER_VALUES: headerValue, ...env }),
      gateway: dynamics.another(),
      names: namesFrom(settingsFor(dynamics.standIn)),
      environmentUrl: dynamics.standIn.url,
      documents: store.documents,
      conversations: { findByChat: async (chatId) => conversations.get(chatId) },
      http,
      clock,
      log: silentLog,
      publicUrl,
      linkFile: linkCrmFile(publicUrl, links, () => systemClock.now()),
    });
    parts.start();
    server = await startServer({
      links,
      routes: (add) => {
        addCustomCrmRoutes(add, { crm: parts, links, log: silentLog });
        addAgentHost(add, { crm: parts, isOpen: false, log: silentLog });
      },
    });
  };
  const stop = async () => {
    await server.stop();
    await parts.stop();
    await store.close();
  };
  await start();
  return {
    standIn: dynamics.standIn,
    clock,
    conversations,
    folder,
    url: () => server.url,
    parts: () => parts,
    store: () => store,
    async call(method, place, body, headers = {}) {
      const isRaw = body === undefined || body instanceof FormData || body instanceof Uint8Array || typeof body === 'string';
      const response = await fetch(`${server.url}/custom-crm/v1${place}`, {
        method,
        headers: { 'x-api-key': headerValue, ...(!isRaw && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      return { status: response.status, json: (await response.json()) as JsonObject };
    },
    async restart() {
      await stop();
      await start();
    },
    async close() {
      await stop();
      await http.close();
      await dynamics.close();
      rmSync(folder, { recursive: true });
    },
  };
}
