const pauseInMs = 700;
const element = (id) => document.getElementById(id);
const places = {
  bot: 'The bot has the conversation.',
  queue: 'Waiting for an operator.',
  operator: 'An operator has the conversation.',
  offlineForm: 'Nobody is there: the offline form is shown.',
  ended: 'The conversation is over.',
};
let guest;
let shown = 0;

element('begin').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { source, language, name, email } = Object.fromEntries(new FormData(event.target));
  const callParams = { ...(name && { oo1_guest_ident: name }), ...(email && { oo1_guest_email: email }) };
  const { sessionId } = await call('POST', '', { source, language, callParams });
  guest = sessionId;
  element('begin').hidden = true;
  element('chat').hidden = false;
  element('say').elements.text.focus();
  void look();
});

element('say').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { text } = event.target.elements;
  await act('say', { text: text.value });
  text.value = '';
});

element('leave').addEventListener('click', () => act('leave', {}));

async function act(name, body) {
  try {
    await call('POST', `/${guest}/${name}`, body);
    element('problem').textContent = '';
  } catch (error) {
    element('problem').textContent = error.message;
  }
}

async function look() {
  const { place, seen } = await call('GET', `/${guest}`);
  element('place').textContent = places[place];
  for (const entry of seen.slice(shown)) element('entries').append(item(entry));
  shown = seen.length;
  if (place !== 'ended') setTimeout(() => void look(), pauseInMs);
}

function item(entry) {
  const line = document.createElement('li');
  line.className = entry.from;
  line.textContent = [entry.name && `${entry.name}:`, entry.text, words[entry.kind]?.(entry)].filter(Boolean).join(' ');
  for (const card of entry.cards ?? []) line.append(cardOf(card.content));
  return line;
}

const words = {
  typing: ({ isOn }) => (isOn ? '…' : ''),
  input: ({ isOn }) => (isOn ? 'The input field is shown.' : 'The input field is hidden.'),
  upload: ({ isOn }) => (isOn ? 'Files can be sent.' : 'Files cannot be sent.'),
  uploadPrompt: () => 'The bot asks for a file.',
  joined: () => 'joined.',
  left: () => 'left.',
  queued: () => '— in the queue.',
  offlineForm: () => 'Nobody is there. Leave a message?',
  ended: () => 'The conversation has ended.',
  submission: ({ params }) => JSON.stringify(params),
};

function cardOf({ title, subtitle, text, buttons = [] }) {
  const card = document.createElement('div');
  for (const words of [title, subtitle, text].filter(Boolean)) {
    const line = document.createElement('p');
    line.textContent = words;
    card.append(line);
  }
  for (const { type, title: label, value } of buttons) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () =>
      type === 'openUrl' ? window.open(String(value), '_blank', 'noopener') : act('click', { value }),
    );
    card.append(button, ' ');
  }
  return card;
}

async function call(method, path, body) {
  const response = await fetch(`/guest${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? `It was answered ${response.status}.`);
  return answer;
}
