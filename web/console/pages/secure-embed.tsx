// How a share comes into a page: its address, its credential, and code for the backend.
import { useState } from 'preact/hooks';
import { kAddressMark, kExamples } from 'host-examples';
import { listCredentials } from '../api/calls';
import type { Share } from '../api/types';
import { may } from '../state/app';
import { fresh } from '../state/fresh-secrets';
import { useResource } from '../state/resource';
import { to } from '../state/router';
import { CodeBlock, CopyLine } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card } from '../ui/page';
import { Loaded } from '../ui/states';
import { FreshSecretCard } from './fresh-secret';
import { ShareTrial } from './share-trial';

export function SecureEmbed({ share }: { share: Share }) {
  return (
    <>
      {share.status === 'paused' && (
        <p class="notice">
          <Glyph name="pause" />
          The share is paused: its links are refused until it is active again.
        </p>
      )}
      <FreshSecretCard token={share.token} />
      <Card
        title="Address and credential"
        hint="The address is no secret. The credential is: it never leaves your backend."
      >
        <CopyLine label="Base URL" text={share.url} />
        {fresh.value?.token !== share.token && may('dashboards_embed_share') && (
          <Masked token={share.token} />
        )}
      </Card>
      {may('dashboards_embed_share') && <ShareTrial share={share} />}
      <Backend url={share.url} token={share.token} />
      <Card title="In the page" hint="The frame gets its address from your backend, on each load.">
        <CodeBlock label="HTML" text={kPage} />
      </Card>
    </>
  );
}

function Masked({ token }: { token: string }) {
  const credentials = useResource(`credentials ${token}`, (signal) =>
    listCredentials(token, signal),
  );
  return (
    <Loaded from={credentials} what="the credential">
      {({ credentials: rows }) => {
        const signing = rows.filter((row) => !row.disabled);
        return (
          <p class="masked">
            <span class="copy-label">Credential</span>
            {signing.length === 0 ? (
              <span>none</span>
            ) : (
              <span class="code">{signing.map((row) => `••••${row.suffix}`).join(', ')}</span>
            )}
            <Link href={to('shares', token, 'credentials')}>
              {signing.length === 0 ? 'Add one' : 'Lost it? Rotate'}
            </Link>
          </p>
        );
      }}
    </Loaded>
  );
}

function Backend({ url, token }: { url: string; token: string }) {
  const [name, setName] = useState('python');
  const [isWhole, setWhole] = useState(false);
  const example = kExamples.find((one) => one.name === name) ?? kExamples[0];
  if (!example) return null;
  // For as long as it is shown above, and no longer.
  const secret = fresh.value?.token === token ? fresh.value.secret : null;
  const code = isWhole
    ? // The address is of letters, digits and :/.-_ only: no language needs to quote it.
      example.whole.replaceAll(kAddressMark, url)
    : example.signing;
  return (
    <Card
      title="In your backend"
      hint="Each page load gets a link of its own. It opens once, within 30 minutes."
      actions={
        <div class="button-row">
          <label class="inline-select">
            <span>Language</span>
            <select
              class="input"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            >
              {kExamples.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.label}
                </option>
              ))}
            </select>
          </label>
          <label class="inline-select">
            <span>Show</span>
            <select
              class="input"
              value={isWhole ? 'whole' : 'function'}
              onChange={(event) => setWhole(event.currentTarget.value === 'whole')}
            >
              <option value="function">The function</option>
              <option value="whole">A whole application</option>
            </select>
          </label>
        </div>
      }
    >
      <CodeBlock
        label="Configuration"
        text={`CASEMENT_EMBED_URL=${url}\nCASEMENT_EMBED_CREDENTIAL=${secret ?? ''}`}
      />
      {secret === null && (
        <p class="hint">
          Put the credential after CASEMENT_EMBED_CREDENTIAL=. It was shown once, when it was made.
        </p>
      )}
      <CodeBlock label={isWhole ? example.file : `${example.label}: sign a link`} text={code} />
      {isWhole && (
        <p class="hint">
          Run it with <code>{example.run}</code>, the credential in the environment, and open
          http://127.0.0.1:5000/.
        </p>
      )}
    </Card>
  );
}

const kPage = `<iframe id="dashboard" title="Dashboard" allow="fullscreen"
  style="width: 100%; height: 85vh; border: 0"></iframe>
<script>
  fetch('/api/embed-url')
    .then(answer => answer.json())
    .then(({url}) => { document.getElementById('dashboard').src = url; });
</script>`;
