// The connection to the bot: its ticket, and what the client library leaves open.

/** A ticket to talk with; `resume` brings the same conversation back. Throws an error with `status` and `retryAfterInMs`. */
export async function fetchTicket(resume) {
  const response = await fetch('/directline/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(resume ? { resume } : {}),
  });
  if (response.ok) return response.json();
  const seconds = Number(response.headers.get('retry-after'));
  throw Object.assign(new Error('no ticket'), {
    status: response.status,
    ...(seconds > 0 && { retryAfterInMs: seconds * 1000 }),
  });
}

/** A client for the conversation of a ticket. */
export function createClient(ticket, locale) {
  const client = window.WebChat.createDirectLine({
    domain: ticket.domain,
    token: ticket.token,
    conversationStartProperties: { locale },
    // Naming the conversation means going on with it; a new one is started by not naming it.
    ...(ticket.isResumed && { conversationId: ticket.conversationId }),
  });
  failWhenNotSent(client);
  return client;
}

/** Sends past Web Chat; resolves with whether it arrived. */
export function post(client, activity) {
  return new Promise((resolve) => {
    client.postActivity(activity).subscribe(
      () => resolve(true),
      () => resolve(false),
    );
  });
}

/**
 * The client reports a message that was not taken by the id "retry", and Web Chat then waits for its echo until the
 * send timeout. As an error it shows "Send failed. Retry." at once.
 */
function failWhenNotSent(client) {
  const send = client.postActivity.bind(client);
  client.postActivity = (activity) => {
    const sent = send(activity);
    const subscribe = (first, onError, onComplete) => {
      const observer = typeof first === 'object' ? first : { next: first, error: onError, complete: onComplete };
      let hasFailed = false;
      const fail = (error) => {
        hasFailed = true;
        observer.error?.(error);
      };
      return sent.subscribe(
        (id) => (id === 'retry' ? fail(new Error('not sent')) : observer.next?.(id)),
        fail,
        () => !hasFailed && observer.complete?.(),
      );
    };
    return { subscribe };
  };
}
