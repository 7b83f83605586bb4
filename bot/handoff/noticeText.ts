import type { HandoffNotice } from '../../relay/delivery';

/** The product's texts: a key, a language, values. Unknown keys throw. */
export interface NoticeTexts {
  t(key: string, language: string, values?: Record<string, string | number>): string;
}

/** What the customer reads about the handoff itself; undefined when the notice needs no words. */
export function noticeText(notice: HandoffNotice, texts: NoticeTexts, language: string): string | undefined {
  const t = (key: string, values?: Record<string, string | number>) => texts.t(`notice.${key}`, language, values);
  switch (notice.kind) {
    case 'queued':
      return [
        notice.position === undefined ? t('queued') : t('queuedAt', { position: notice.position }),
        ...(notice.estimatedWaitSeconds
          ? [t('wait', { minutes: Math.max(1, Math.round(notice.estimatedWaitSeconds / 60)) })]
          : []),
      ].join(' ');
    case 'agentJoined':
      return notice.agentName === undefined ? t('joined') : t('joinedNamed', { name: notice.agentName });
    case 'transferred':
      return notice.to === undefined ? t('transferred') : t('transferredTo', { to: notice.to });
    case 'agentLeft':
      return t('agentLeft');
    case 'paused':
      return t('paused');
    case 'reminder':
      return notice.endsInMs === undefined
        ? t('reminder')
        : `${t('reminder')} ${t('reminderEnds', { minutes: Math.max(1, Math.round(notice.endsInMs / 60_000)) })}`;
    case 'nextRoute':
      return t('nextRoute');
    case 'fileRequested':
      return t('fileRequested');
    case 'fileTransferred':
      return t(`file.${notice.outcome}`);
    case 'undelivered':
      return [t('undelivered', { count: notice.count }), ...notice.messages.map(({ text }) => t('quoted', { text }))].join(
        '\n\n',
      );
    case 'ended':
      return t(endedKey(notice));
    case 'failed':
      return t(`failed.${notice.reason}`);
  }
}

function endedKey(notice: Extract<HandoffNotice, { kind: 'ended' }>): string {
  if (!notice.wasConnected) return notice.by === 'customer' ? 'ended.canceled' : 'ended.neverJoined';
  if (notice.by !== 'system') return `ended.${notice.by}`;
  if (notice.reason === 'timedOut') return 'ended.timedOut';
  return notice.reason === 'inactive' ? 'ended.inactive' : 'ended.system';
}
