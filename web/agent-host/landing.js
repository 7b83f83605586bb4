import { ask } from './api.js';
import { byId, el } from './dom.js';
import { accountView, recordView } from './views.js';

const result = byId('result');
const status = byId('status');
const asked = {
  ani: 'Phone number',
  cuid: 'Customer id',
  email: 'E-mail',
  phone_number: 'Phone number',
  menu_path: 'Menu',
  channel: 'Channel',
  type: 'Type of session',
};

/** What this address asks for: a record, an account, or a look-up by what is known of the customer. */
function questionOf({ pathname, search }) {
  const [, kind, id] = /^\/agent-host\/(records|accounts)\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (kind === 'records') return { place: `records/${id}`, title: 'Record' };
  if (kind === 'accounts') return { place: `lookup?account_id=${id}`, title: 'Customer' };
  return { place: `lookup${search}`, title: 'Customer look-up' };
}

/** The session the look-up came from, for the agent to compare with. */
function sessionFacts(search) {
  const facts = [...new URLSearchParams(search)].filter(([name, value]) => asked[name] && value !== '');
  if (facts.length === 0) return undefined;
  return el(
    'section',
    { 'aria-labelledby': 'asked' },
    el('h2', { id: 'asked' }, 'Looked for'),
    el(
      'dl',
      {},
      ...facts.flatMap(([name, value]) => [
        el('dt', {}, asked[name]),
        // A "+" that nobody encoded arrived as a blank.
        el('dd', {}, value.replace(/^ (?=\d)/, '+')),
      ]),
    ),
  );
}

function show({ account, records, ...record }) {
  if (record.id !== undefined) return [recordView(record), account && accountView(account)];
  if (!account) {
    return [
      el('h2', {}, 'No customer was found'),
      el('p', {}, 'Nobody has these, or more than one customer does. Search in Dynamics by name before you create a new one.'),
    ];
  }
  const open = records.length === 0 ? [el('p', {}, 'Nothing is open for this customer.')] : records.map(recordView);
  return [accountView(account), el('h2', {}, 'Open records'), ...open];
}

async function load() {
  const { place, title } = questionOf(location);
  document.title = `${title} · Agent pages`;
  byId('title').textContent = title;
  status.textContent = 'Looking …';
  try {
    const found = await ask(place);
    result.replaceChildren(...show(found).filter(Boolean));
    status.textContent = found.account || found.id ? 'Found.' : 'Nobody was found.';
  } catch (error) {
    const again = el('button', { type: 'button', onclick: () => void load() }, 'Try again');
    result.replaceChildren(el('p', {}, error.message), again);
    status.textContent = 'Not found.';
  }
  const facts = sessionFacts(location.search);
  if (facts) result.append(facts);
}

void load();
