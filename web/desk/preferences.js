const fallbackName = 'Alex';

/** The agent's name and whether sounds are on, kept in this browser. */
export const preferences = {
  get agentName() {
    return read('desk.agentName') || fallbackName;
  },
  set agentName(name) {
    write('desk.agentName', name.trim());
  },
  get sound() {
    return read('desk.sound') === 'on';
  },
  set sound(isOn) {
    write('desk.sound', isOn ? 'on' : 'off');
  },
};

const unsaved = new Map();

function read(key) {
  try {
    return localStorage.getItem(key) ?? unsaved.get(key);
  } catch {
    // Storage is switched off in this browser: the choice lasts as long as the page.
    return unsaved.get(key);
  }
}

function write(key, value) {
  unsaved.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // As above.
    return;
  }
}
