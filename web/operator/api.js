const place = 'switchboard-operator-key';

/** The key is not taken, or no longer. */
export class KeyRefused extends Error {}

/** Session storage belongs to this tab and ends with it. */
export const keptKey = {
  get: () => sessionStorage.getItem(place),
  set: (key) => sessionStorage.setItem(place, key),
  forget: () => sessionStorage.removeItem(place),
};

/** Asks the operator's routes; rejects with what they say is wrong. */
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/operator/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${keptKey.get() ?? ''}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
      cache: 'no-store',
    });
  } catch {
    // The browser's own words differ and help nobody.
    throw new Error('The server does not answer.');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401) throw new KeyRefused(answer.error ?? 'the operator key is wrong');
  if (!response.ok) throw new Error(answer.error ?? `the server answered ${response.status}`);
  return answer;
}

export const look = (path) => call('GET', path);
export const act = (path, body = {}) => call('POST', path, body);
