// What this tab remembers. A browser that keeps nothing for framed pages still has a chat, only not over a reload.
const memory = new Map();

export const keep = {
  get(key) {
    try {
      return sessionStorage.getItem(key) ?? undefined;
    } catch {
      // Storage is blocked.
      return memory.get(key);
    }
  },
  set(key, value) {
    memory.set(key, value);
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // Storage is blocked or full: the memory above has it.
      return;
    }
  },
  remove(key) {
    memory.delete(key);
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Storage is blocked: there was nothing in it.
      return;
    }
  },
};
