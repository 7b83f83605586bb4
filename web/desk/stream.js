/** Keeps the state up to date from the server's events; `onStatus` hears `live` or `lost`. */
export function listen(state, onStatus) {
  let source;
  const connect = () => {
    source = new EventSource('events');
    source.addEventListener('open', () => onStatus('live'));
    source.addEventListener('error', () => {
      onStatus('lost');
      // The browser tries again by itself, unless the server refused outright.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3_000);
    });
    const on = (name, take) => source.addEventListener(name, (event) => take(JSON.parse(event.data)));
    on('everything', (data) => state.replaceAll(data));
    on('desk', (data) => state.setDesk(data));
    on('chat', (data) => state.setChat(data));
    on('gone', (data) => state.remove(data));
  };
  connect();
}
