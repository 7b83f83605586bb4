import { wordOf } from '../../../common/jsonMembers';
import { mediaTypeOf, unknownMediaType } from '../../../common/mediaType';
import { HandoffError } from '../../errors';
import type { FetchedFile, HandoffProvider, KeepingDependencies } from '../../provider';
import { ChatActivity } from './activity';
import { AvailabilityCheck } from './availability';
import { capabilitiesFor } from './capabilities';
import { AppsApi } from './client';
import { failure, PROVIDER } from './errors';
import { Escalations } from './escalations';
import { open } from './open';
import { Openings } from './openings';
import { MessageParts } from './parts';
import { receive } from './receive';
import { Sending } from './send';
import { type CcaipSession, checkSession, identifierOf } from './session';
import type { CcaipSettings } from './settings';
import { parseTarget } from './target';
import { MediaUpload } from './upload';

export type { CcaipSession } from './session';
export { type CcaipSettings, isConfigured, settingsSchema } from './settings';

/** How long a look at a chat may take while its announcement waits to be answered. */
const LOOK_TIMEOUT_IN_MS = 2_000;

/**
 * Google's Contact Center AI Platform by the chat part of its Apps API: we make the end user and the chat and send the customer's
 * messages; what agents do comes by signed webhooks to the provider's prefix.
 */
export function createCcaipProvider(settings: CcaipSettings, dependencies: KeepingDependencies): HandoffProvider<CcaipSession> {
  const { http, clock, kept, readFile, linkFile } = dependencies;
  const log = dependencies.log.child({ provider: PROVIDER });
  const api = new AppsApi(settings, http, clock);
  const activity = new ChatActivity(clock);
  const look = (chatId: number) => api.readChat(chatId, AbortSignal.timeout(LOOK_TIMEOUT_IN_MS), LOOK_TIMEOUT_IN_MS);
  const openings = new Openings(kept, look, clock, log);
  const escalations = new Escalations(api, settings.CCAIP_OVER_CAPACITY, log);
  const upload = new MediaUpload(api, http);
  const parts = new MessageParts({ upload, readFile, linkFile, textContent: settings.CCAIP_TEXT_CONTENT });
  const sending = new Sending({ api, openings, activity, parts, log });
  const availability = new AvailabilityCheck(api, settings, clock);
  const receiving = { settings, api, openings, activity, escalations, clock, log };

  return {
    name: PROVIDER,
    capabilities: capabilitiesFor(settings),
    inbound: { kind: 'webhook', receive: (request, signal) => receive(receiving, request, signal) },
    parseTarget,
    open: (request, signal) => open({ api, openings, settings, linkFile }, request, signal),
    send: (session, message, _reservation, signal) => sending.send(session, message, signal),

    async close(session, _reason, signal) {
      try {
        const endUserId = session.endUserId ?? (await sending.findEndUser(session, signal));
        await openings.forget(endUserId, session.chatId);
        await api.finishChat(session.chatId, endUserId, signal);
      } catch (error) {
        // Somebody was first, which is as good.
        if (!(error instanceof HandoffError && error.code === 'sessionEnded')) throw error;
      }
    },

    ...(settings.CCAIP_AVAILABILITY === 'on' && {
      checkAvailability: (target, language, signal) => availability.check(target, language, signal),
    }),
    checkSession: (session, signal) => checkSession(api, session, signal),
    adopt: (sessionKey, request) => ({ chatId: Number(sessionKey), identifier: identifierOf(request) }),

    async fetchFile({ chatId }, reference, signal): Promise<FetchedFile> {
      const mediaId = wordOf(reference['mediaId']);
      if (mediaId === undefined) throw failure('invalid', 'the reference names no media');
      const { bytes, headers } = await api.readMedia(chatId, mediaId, signal);
      const told = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
      const contentType = told && told !== unknownMediaType ? told : mediaTypeOf(wordOf(reference['name']) ?? '');
      return { bytes, contentType };
    },
  };
}
