/** Asks this server. Throws an `Error` whose message is for the agent. */
export async function ask(place) {
  let response;
  try {
    response = await fetch(`/agent-host/api/${place}`, { headers: { accept: 'application/json' } });
  } catch {
    // The browser's own words tell an agent nothing.
    throw new Error('The server cannot be reached. Try again in a moment.');
  }
  const body = await response.json().catch(() => ({}));
  if (response.status === 404) throw new Error('There is no such record.');
  if (!response.ok) throw new Error('The records cannot be read now. Try again in a moment.');
  return body;
}
