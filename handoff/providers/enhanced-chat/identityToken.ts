import { sign } from 'node:crypto';
import type { EnhancedChatSettings } from './settings';

const lifeInSeconds = 300;

/** Whether the settings have what user verification needs. */
export function canVerify(settings: EnhancedChatSettings): boolean {
  return settings.ENHANCED_CHAT_IDENTITY_KEY !== undefined;
}

/** The signed word that this customer is who the bot's own sign-in says. Used once, right away, so it lives briefly. */
export function identityToken(settings: EnhancedChatSettings, subject: string, nowInMs: number): string {
  const {
    ENHANCED_CHAT_IDENTITY_KEY: key,
    ENHANCED_CHAT_IDENTITY_KEY_ID: kid,
    ENHANCED_CHAT_IDENTITY_ISSUER: iss,
    ENHANCED_CHAT_IDENTITY_AUDIENCE: aud,
  } = settings;
  if (!key || !kid || !iss) throw new Error('User verification is not configured.');
  const iat = Math.floor(nowInMs / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss, sub: subject, aud: aud ?? iss, iat, exp: iat + lifeInSeconds };
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
