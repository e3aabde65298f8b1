// The host page's half of a cookieless session, without any library: it loads each frame with the
// tokens that the backend acquired, and answers the frame when it asks for fresh ones.

const casement = document.querySelector('script[data-casement]').dataset.casement;

async function ask(call, person, body = {}) {
  const answer = await fetch(`/api/${call}/${person}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${call} answered ${answer.status}`);
  return answer.json();
}

async function show(frame) {
  const { person } = frame.dataset;
  const log = frame.closest('section').querySelector('.log');
  const note = (text) => log.append(`${new Date().toLocaleTimeString()} ${text}\n`);
  let { frame: address, tokens } = await ask('acquire', person);
  let given = false;

  window.addEventListener('message', async (event) => {
    // Both: another frame of that origin is not this one, and this one may have navigated away.
    if (event.source !== frame.contentWindow || event.origin !== casement) return;
    if (typeof event.data !== 'string') return;
    const { type } = JSON.parse(event.data);
    note(`frame → page: ${type}`);
    if (type !== 'session:tokens:request') return;
    // The first time what was acquired is still good.
    if (given) tokens = await ask('generate', person, tokens);
    given = true;
    frame.contentWindow.postMessage(
      JSON.stringify({ type: 'session:tokens', ...tokens }),
      casement,
    );
    note(
      `page → frame: session:tokens, the session has ${tokens.session_reference_token_ttl} s left`,
    );
  });
  frame.src = address;
}

for (const frame of document.querySelectorAll('iframe[data-person]')) {
  show(frame).catch((error) => {
    const details = frame.closest('section').querySelector('details');
    details.open = true;
    details.querySelector('.log').append(`${error.message}\n`);
  });
}
