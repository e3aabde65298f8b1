import { changeShare, changeTime, changeToken, underOtherName } from './tamper.mjs';

const MESSAGES_SHOWN = 30;
const RESULTS = {
  link_already_used: 'it was already opened in another browser',
  bad_signature: 'the signature does not fit',
  link_expired: 'it is too old',
  link_not_yet_valid: 'its time has not come yet',
  malformed_link: 'it is not a whole link',
};

const element = (id) => document.getElementById(id);
const dashboard = element('dashboard');
const attemptFrame = element('attempt-frame');

let account;
let link;

async function getJson(path) {
  const answer = await fetch(path, { cache: 'no-store' });
  if (answer.status === 401) location.reload(); // The session here is over: sign in again.
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

async function newLink() {
  link = await getJson('/api/embed-url');
  for (const name of ['code', 'nonce', 'ts', 'message', 'credential', 'token', 'url']) {
    element(name).textContent = link[name];
  }
  element('ts-time').textContent = new Date(Number(link.ts) * 1000).toLocaleString();
  element('copied').textContent = '';
  element('attempt').hidden = true;
  attemptFrame.removeAttribute('src');
  dashboard.src = link.url;
}

const attempts = {
  replay: () => underOtherName(link.url),
  token: () => changeToken(link.url),
  ts: () => changeTime(link.url),
  share: () => account.neighbour && changeShare(link.url, account.neighbour.url),
  old: async () => (await getJson('/api/embed-url?minutes_ago=31')).url,
};

async function attempt(button) {
  element('attempt').dataset.state = 'waiting';
  const url = await attempts[button.dataset.attempt]();
  element('attempt').hidden = false;
  element('attempt-name').textContent = `${button.querySelector('strong').textContent}:`;
  if (!url) {
    element('attempt').dataset.state = 'unknown';
    element('attempt-result').textContent =
      'not possible from this page here. Copy the link and open it in a private window.';
    element('attempt-url').textContent = '';
    attemptFrame.hidden = true;
    return;
  }
  element('attempt-result').textContent = 'the frame says how it went.';
  element('attempt-url').textContent = url;
  attemptFrame.hidden = false;
  attemptFrame.src = url;
  element('attempt').scrollIntoView({ block: 'nearest' });
}

function showResult(message) {
  const result = element('attempt-result');
  if (message.type === 'denied' || message.type === 'session-expired') {
    const reason = RESULTS[message.code] ?? 'see the frame';
    result.textContent = `refused: ${reason} (${message.code ?? 'no code'}).`;
    element('attempt').dataset.state = 'refused';
  } else if (message.type === 'ready') {
    result.textContent = 'it opened. That must not happen!';
    element('attempt').dataset.state = 'opened';
  }
}

function onMessage(event) {
  const message = event.data;
  if (!account?.casement_origins.includes(event.origin) || message?.source !== 'casement') return;
  const isAttempt = event.source === attemptFrame.contentWindow;
  if (!isAttempt && event.source !== dashboard.contentWindow) return;
  if (isAttempt) showResult(message);

  const list = element('messages');
  list.querySelector('.none')?.remove();
  const line = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString();
  const frame = document.createElement('b');
  frame.textContent = isAttempt ? 'attempt' : 'dashboard';
  const text = document.createElement('code');
  text.textContent = JSON.stringify(message);
  line.append(time, ' ', frame, ' ', text);
  list.prepend(line);
  while (list.children.length > MESSAGES_SHOWN) list.lastElementChild.remove();
}

function switchTheme() {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = (document.documentElement.dataset.theme ?? (isDark ? 'dark' : 'light')) === 'dark'
    ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  // The frame follows the page around it.
  dashboard.contentWindow.postMessage(
    { source: 'casement-host', type: 'theme', theme }, new URL(link.url).origin);
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(link.url);
    element('copied').textContent = 'Copied. It was used already: open it in a private window and see.';
  } catch {
    element('copied').textContent = 'This browser does not let the page copy. Select the link above.';
  }
}

addEventListener('message', onMessage);
element('new-link').addEventListener('click', newLink);
element('copy').addEventListener('click', copyLink);
element('theme').addEventListener('click', switchTheme);
for (const button of document.querySelectorAll('[data-attempt]')) {
  button.addEventListener('click', () => attempt(button));
}

account = await getJson('/api/account');
element('airport').textContent = account.airport;
element('label').textContent = account.label;
if (account.neighbour) element('neighbour').textContent = account.neighbour.label;
else document.querySelector('[data-attempt="share"]').remove();
await newLink();
