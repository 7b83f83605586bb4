// Posts events as the adapter does: a JSON text to the page around, whatever its origin.
const kind = new URLSearchParams(location.search).get('type') === 'call' ? 'call' : 'chat';
const status = document.getElementById('status');
const running = document.getElementById('running');
const lines = { inbound: 'Can you help me with my card?', outbound: 'Please give me a moment to look that up.' };
const word = kind === 'chat' ? 'Chat' : 'Call';
const agent = { agent_id: 1, agent_email: 'ariel@example.com', agent_custom_id: null };
let session;

document.getElementById('title').textContent = `${word} adapter`;

function post(type, data) {
  parent.postMessage(JSON.stringify({ type, data }), '*');
}

function about() {
  return {
    [`${kind}_id`]: Number(session.id),
    session_type: kind === 'chat' ? 'Messaging Inbound (Web Chat)' : 'Voice Inbound',
    queue_id: 7678,
    queue_path: 'Cards / Lost card',
    ...agent,
  };
}

async function ask(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error('The sandbox did not answer.');
  return response.json();
}

function show() {
  running.hidden = session === undefined;
  document.getElementById('what').textContent = session ? `${word} ${session.id} is running.` : '';
  for (const name of ['inbound', 'outbound']) document.querySelector(`[data-do="${name}"]`).hidden = kind === 'call';
}

const actions = {
  inbound: () => say('Chat_Inbound_Message', 'Customer', lines.inbound),
  outbound: () => say('Chat_Outbound_Message', 'Agent', lines.outbound),
  cobrowse: () =>
    post('Cobrowse_Session_Started', {
      ...about(),
      cobrowse_session_id: 'sandbox',
      cobrowse_session_requested_by: 'agent',
      cobrowse_session_remote_control: 'off',
      cobrowse_session_full_device: 'off',
    }),
  pop: () => post('CRM_Record_Pop', { recordUrl: session.recordUrl }),
  async end() {
    post(`End_${word}`, about());
    const { id, said } = session;
    session = undefined;
    show();
    await ask('/sessions/end', { kind, id, transcript: said.join('\n') });
    status.textContent = `${word} ${id} is over; comment, rating and transcript are with the CRM.`;
  },
};

function say(type, who, message) {
  session.said.push(`${who}: ${message}`);
  post(type, { ...about(), message });
}

function act(job) {
  Promise.resolve()
    .then(job)
    .catch((error) => {
      status.textContent = error.message;
    });
}

document.getElementById('arrive').addEventListener('submit', (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(event.target));
  act(async () => {
    status.textContent = 'Asking the CRM …';
    const { id, recordId, recordUrl } = await ask('/sessions/begin', { kind, ...fields });
    session = { id, recordUrl, said: [] };
    status.textContent = recordId ? 'The CRM has a record.' : 'The CRM gave no record.';
    show();
    post(`New_${word}`, about());
    if (recordUrl) post('CRM_Record_Pop', { recordUrl });
  });
});
for (const button of document.querySelectorAll('[data-do]'))
  button.addEventListener('click', () => act(actions[button.dataset.do]));

post('Agent_Login', agent);
