import { setStaffed } from './deskApi.js';
import { byId, el, syncChildren } from './dom.js';

/** The desks with how busy they are and whether anybody is there. */
export function drawDesks(state, onProblem) {
  syncChildren(byId('desks'), [...state.desks.values()], {
    key: (desk) => desk.name,
    version: (desk) => desk.title,
    draw: (desk) => deskRow(state, desk, onProblem),
  });
  for (const row of byId('desks').children) {
    const desk = state.desks.get(row.dataset.key);
    const chats = [...state.chats.values()].filter((chat) => chat.desk === desk.name);
    const count = (name) => chats.filter((chat) => chat.state === name).length;
    row.querySelector('.counts').textContent = [
      ...(desk.isStaffed ? [] : ['Nobody here']),
      `${count('waiting')} waiting`,
      `${count('active')} active`,
    ].join(' · ');
    row.querySelector('.switch').setAttribute('aria-checked', String(desk.isStaffed));
  }
}

function deskRow(state, desk, onProblem) {
  const title = el('span', { class: 'desk-title', id: `desk-${desk.name}`, dir: 'auto', text: desk.title });
  const button = el('button', {
    type: 'button',
    class: 'switch',
    role: 'switch',
    'aria-label': `Agents at ${desk.title}`,
    title: 'Off: the desk tells the bot that nobody is available',
    on: {
      click: async () => {
        const isStaffed = !state.desks.get(desk.name)?.isStaffed;
        await setStaffed(desk, isStaffed).catch(onProblem);
      },
    },
  });
  return el('li', { class: 'desk' }, title, el('span', { class: 'counts' }), button);
}
