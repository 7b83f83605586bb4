// The customer's page: Web Chat on a conversation that survives a reload of the page.
(() => {
  const language = navigator.language || 'en-US';
  const storageKey = 'switchboard.chat';
  const draftKey = 'switchboard.draft';
  const nonce = document.getElementById('customer-script').nonce;
  const connection = document.getElementById('connection');
  const agentBar = document.getElementById('agent-bar');
  const agentLine = document.getElementById('agent-line');
  const leaveButton = document.getElementById('leave');
  const startOverButton = document.getElementById('start-over');
  const chat = document.getElementById('chat');

  let directLine;
  let store;
  let userId = '';
  let unsent = '';
  let isHandedOff = false;

  const styleOptions = {
    rootHeight: '100%',
    rootWidth: '100%',
    backgroundColor: '#ffffff',
    accent: '#0b4f8a',
    subtle: '#51606c',
    primaryFont: '"Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", sans-serif',
    botAvatarInitials: 'CB',
    botAvatarBackgroundColor: '#0b4f8a',
    avatarSize: 32,
    bubbleBackground: '#eef2f6',
    bubbleBorderColor: '#d3dbe2',
    bubbleBorderRadius: 14,
    bubbleTextColor: '#17242f',
    bubbleFromUserBackground: '#0b4f8a',
    bubbleFromUserBorderColor: '#0b4f8a',
    bubbleFromUserBorderRadius: 14,
    bubbleFromUserTextColor: '#ffffff',
    bubbleMaxWidth: 480,
    bubbleAttachmentMaxWidth: 460,
    bubbleMinWidth: 60,
    bubbleAttachmentMinWidth: 200,
    paddingRegular: 12,
    sendBoxHeight: 52,
    sendBoxBorderTop: '1px solid #d3dbe2',
    sendBoxPlaceholderColor: '#51606c',
    sendBoxButtonColor: '#0b4f8a',
    sendTimeout: 20000,
    sendTimeoutForAttachments: 60000,
    suggestedActionLayout: 'flow',
    suggestedActionBorderRadius: 18,
    suggestedActionBackgroundColor: '#ffffff',
    suggestedActionBorderColor: '#0b4f8a',
    suggestedActionTextColor: '#0b4f8a',
    suggestedActionHeight: 38,
    timestampColor: '#51606c',
    typingAnimationBackgroundImage: typingDots(),
    typingAnimationHeight: 20,
    typingAnimationWidth: 52,
    typingAnimationDuration: 8000,
    // A long answer is read from its beginning.
    autoScrollSnapOnPage: true,
    richCardWrapTitle: true,
    uploadAccept: 'image/*,application/pdf,text/plain,.doc,.docx',
    uploadMultiple: true,
  };

  const adaptiveCardsHostConfig = {
    supportsInteractivity: true,
    fontFamily: styleOptions.primaryFont,
    fontSizes: { small: 13, default: 15, medium: 16, large: 19, extraLarge: 23 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 18, default: 22, medium: 24, large: 26, extraLarge: 30 },
    spacing: { small: 6, default: 10, medium: 14, large: 18, extraLarge: 26, padding: 14 },
    // Below the page's own headings.
    textBlock: { headingLevel: 3 },
    separator: { lineThickness: 1, lineColor: '#d3dbe2' },
    containerStyles: {
      default: {
        backgroundColor: '#ffffff',
        foregroundColors: {
          default: { default: '#17242f', subtle: '#51606c' },
          accent: { default: '#0b4f8a', subtle: '#0b4f8a' },
          good: { default: '#1c6b34', subtle: '#1c6b34' },
          warning: { default: '#7a4a00', subtle: '#7a4a00' },
          attention: { default: '#8a1f11', subtle: '#8a1f11' },
        },
      },
      emphasis: {
        backgroundColor: '#f4f6f8',
        foregroundColors: {
          default: { default: '#17242f', subtle: '#51606c' },
          accent: { default: '#0b4f8a', subtle: '#0b4f8a' },
          good: { default: '#1c6b34', subtle: '#1c6b34' },
          warning: { default: '#7a4a00', subtle: '#7a4a00' },
          attention: { default: '#8a1f11', subtle: '#8a1f11' },
        },
      },
    },
    actions: {
      maxActions: 6,
      spacing: 'default',
      // The style sheet lets them wrap and keeps them apart.
      buttonSpacing: 0,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      showCard: { actionMode: 'inline', inlineTopMargin: 10 },
    },
  };

  startOverButton.addEventListener('click', () => void startOver());
  leaveButton.addEventListener('click', () => void leave());
  for (const button of document.querySelectorAll('[data-question]')) {
    button.addEventListener('click', () => ask(button.dataset.question));
  }
  void start();

  async function start() {
    try {
      const ticket = await fetchTicket(sessionStorage.getItem(storageKey));
      sessionStorage.setItem(storageKey, ticket.resume);
      userId = ticket.userId;
      directLine = window.WebChat.createDirectLine({
        domain: ticket.domain,
        token: ticket.token,
        conversationStartProperties: { locale: language },
        // Naming the conversation means going on with it; a new one is started by not naming it.
        ...(ticket.isResumed && { conversationId: ticket.conversationId }),
      });
      failWhenNotSent(directLine);
      directLine.connectionStatus$.subscribe(followConnection);
      store = window.WebChat.createStore({}, () => (next) => (action) => {
        if (action.type === 'DIRECT_LINE/INCOMING_ACTIVITY') followActivity(action.payload.activity);
        if (action.type === 'DIRECT_LINE/POST_ACTIVITY') unsent = action.payload.activity.text || unsent;
        if (action.type === 'DIRECT_LINE/POST_ACTIVITY_FULFILLED') unsent = '';
        const result = next(shown(action));
        if (action.type === 'DIRECT_LINE/CONNECT_FULFILLED') {
          if (!ticket.isResumed) join();
          restoreDraft();
        }
        return result;
      });
      store.subscribe(followConnectivity);
      window.WebChat.renderWebChat(
        {
          directLine,
          store,
          nonce,
          styleOptions,
          adaptiveCardsHostConfig,
          userID: ticket.userId,
          username: 'You',
          locale: language,
          sendTypingIndicator: true,
        },
        chat,
      );
    } catch {
      // Whatever failed, the customer can only try again; the server's log tells the operator.
      showConnection('off', 'The chat cannot be reached. Trying again…');
      setTimeout(() => void start(), 3000);
    }
  }

  /**
   * The client reports a message that was not taken by the id "retry", and Web Chat then waits for its echo until the
   * send timeout. As an error it shows "Send failed. Retry." at once.
   */
  function failWhenNotSent(client) {
    const post = client.postActivity.bind(client);
    client.postActivity = (activity) => {
      const sent = post(activity);
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

  async function fetchTicket(resume) {
    const response = await fetch('/directline/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(resume ? { resume } : {}),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }

  /** Tells the bot that the customer is here, and on which page; without the query, which may say more than it should. */
  function join() {
    const value = { sourcePageUrl: location.origin + location.pathname, language };
    store.dispatch({ type: 'WEB_CHAT/SEND_EVENT', payload: { name: 'webchat/join', value } });
  }

  function followConnection(status) {
    const expired = 3;
    const failed = 4;
    if (status === expired) renew();
    if (status === failed) {
      showConnection('off', 'The chat cannot be reached. Trying again…');
      setTimeout(() => location.reload(), 5000);
    }
  }

  /**
   * The token ran out while the page slept: go on in the same conversation on a fresh page, with what was not sent yet
   * back in the send box.
   */
  function renew() {
    showConnection('wait', 'Reconnecting…');
    const { sendBoxValue } = store.getState();
    sessionStorage.setItem(draftKey, unsent || sendBoxValue || '');
    location.reload();
  }

  function restoreDraft() {
    const text = sessionStorage.getItem(draftKey);
    sessionStorage.removeItem(draftKey);
    if (text) store.dispatch({ type: 'WEB_CHAT/SET_SEND_BOX', payload: { text } });
  }

  function followConnectivity() {
    const status = store.getState().connectivityStatus;
    if (status === 'connected' || status === 'reconnected') showConnection('on', 'Connected');
    else if (status === 'error' || status === 'notconnected' || status === 'sagaerror') showConnection('off', 'No connection');
    else showConnection('wait', status === 'reconnecting' ? 'Reconnecting…' : 'Connecting…');
  }

  /** Three dots that come and go; Web Chat's own picture is a gray box. */
  function typingDots() {
    const dot = (index) =>
      `<circle cx='${10 + index * 16}' cy='10' r='4'><animate attributeName='opacity' values='.25;1;.25' dur='1.2s' begin='${index * 0.2}s' repeatCount='indefinite'/></circle>`;
    const picture = `<svg xmlns='http://www.w3.org/2000/svg' width='52' height='20' fill='#51606c'>${[0, 1, 2].map(dot).join('')}</svg>`;
    return `url("data:image/svg+xml,${encodeURIComponent(picture)}")`;
  }

  function showConnection(state, text) {
    // Written only on change: a live region is read out whenever it is written.
    if (connection.textContent === text) return;
    connection.dataset.state = state;
    connection.textContent = text;
  }

  function followActivity(activity) {
    const { state, agentName } = activity.value || {};
    if (activity.type === 'event' && activity.name === 'handoff.status') showHandoff(state, agentName);
    // Not every desk tells who took the chat over after a transfer; whoever writes has it.
    const { from, agentName: writer } = activity.channelData?.switchboard || {};
    if (activity.type === 'message' && from === 'agent' && isHandedOff) showHandoff('accepted', writer);
  }

  function showHandoff(state, agentName) {
    const isQueued = state === 'queued';
    isHandedOff = isQueued || state === 'accepted';
    agentBar.hidden = !isHandedOff;
    leaveButton.disabled = false;
    leaveButton.textContent = isQueued ? 'Leave the queue' : 'Leave the chat with the agent';
    showAgentLine(
      isQueued ? 'You are waiting for a person.' : isHandedOff ? `You are chatting with ${agentName || 'an agent'}.` : '',
    );
  }

  /** Written only on change: a live region is read out whenever it is written. */
  function showAgentLine(text) {
    if (agentLine.textContent !== text) agentLine.textContent = text;
  }

  function shown(action) {
    if (action.type !== 'DIRECT_LINE/INCOMING_ACTIVITY') return action;
    return { ...action, payload: { ...action.payload, activity: withoutLeaveReply(action.payload.activity) } };
  }

  /** What other channels offer as a quick reply, this page offers in its bar for as long as the handoff lasts. */
  function withoutLeaveReply(activity) {
    if (!activity.channelData?.switchboard?.leaveReply) return activity;
    const { suggestedActions: _inTheBar, ...rest } = activity;
    return rest;
  }

  function leave() {
    leaveButton.disabled = true;
    return post({ type: 'event', name: 'handoff.leave' }).then((isSent) => {
      leaveButton.disabled = isSent;
    });
  }

  async function startOver() {
    startOverButton.disabled = true;
    if (isHandedOff) await leave();
    sessionStorage.removeItem(storageKey);
    location.reload();
  }

  /** Sends past Web Chat; resolves with whether it arrived. */
  function post(activity) {
    return new Promise((resolve) => {
      directLine.postActivity({ from: { id: userId }, ...activity }).subscribe(
        () => resolve(true),
        () => resolve(false),
      );
    });
  }

  function ask(text) {
    if (!store) return;
    store.dispatch({ type: 'WEB_CHAT/SEND_MESSAGE', payload: { method: 'keyboard', text } });
    chat.querySelector('[data-testid="send box text area"], .webchat__send-box-text-box__input')?.focus();
  }
})();
