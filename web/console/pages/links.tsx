// A link is pasted, and every part and every check of it is explained.
import { useRef, useState } from 'preact/hooks';
import {
  explainLink,
  type CheckState,
  type LinkCheck,
  type LinkExplanation,
  type LinkPart,
} from '../data/watch';
import { Badge, BusyButton, CodeBlock } from '../ui/bits';
import { TextAreaField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { List } from '../ui/lists';
import { Card, Page } from '../ui/page';
import { elsewhere, FormError, wrongIn } from '../ui/states';

const kNames: Record<string, string> = {
  'signed links': 'Signed links',
  accepted: 'Version accepted',
  address: 'Address',
  content: 'Content',
  credential: 'Credential',
  dashboard: 'Dashboard',
  embedding: 'Embedding',
  frame: 'Framing',
  fragment: 'Fragment',
  host: 'Host',
  key: 'Key',
  link: 'Link',
  models: 'Models',
  organization: 'Organization',
  parameters: 'Parameters',
  person: 'Person',
  rights: 'Rights',
  role: 'Role',
  secret: 'Secret in the link',
  secrets: 'Embed secrets',
  share: 'Share',
  sharing: 'Sharable links',
  signature: 'Signature',
  state: 'State',
  target: 'Embed path',
  used: 'Used already?',
  variables: 'Variables',
  version: 'Version',
  window: 'Time',
};

const kStates: Record<CheckState, { label: string; tone?: 'good' | 'warn' | 'bad' }> = {
  ok: { label: 'ok', tone: 'good' },
  wrong: { label: 'wrong', tone: 'bad' },
  not_reached: { label: 'not reached' },
  note: { label: 'note' },
};

export function Links() {
  const [url, setUrl] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [found, setFound] = useState<LinkExplanation | null>(null);
  const verdict = useRef<HTMLHeadingElement>(null);

  const explain = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      setFound(await explainLink(url));
      // The answer is what one reads next.
      requestAnimationFrame(() => verdict.current?.focus());
    } catch (thrown) {
      setFound(null);
      setError(thrown);
    }
    setBusy(false);
  };

  return (
    <Page
      title="Check a link"
      lead="Paste a link that does not open. Each check is made as the server makes it; the link is not used up, and nothing of it is kept."
    >
      <Card>
        <form
          noValidate
          class="link-form"
          onSubmit={(event) => {
            event.preventDefault();
            void explain();
          }}
          onKeyDown={(event) => {
            // A link has no line breaks, so Enter sends here too.
            if (event.key !== 'Enter' || event.shiftKey) return;
            if (!(event.target instanceof HTMLTextAreaElement)) return;
            event.preventDefault();
            void explain();
          }}
        >
          <TextAreaField
            label="Link"
            hint="The whole URL, as it stands in the frame’s src: of Datadog, Looker or Grafana. Enter checks it."
            rows={4}
            value={url}
            onInput={setUrl}
            error={wrongIn(error, 'url')}
          />
          <FormError error={elsewhere(error, 'url')} />
          <div class="form-actions">
            <BusyButton isBusy={isBusy} disabled={url.trim() === ''}>
              Check the link
            </BusyButton>
            {found && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  setUrl('');
                  setFound(null);
                }}
              >
                Clear
              </button>
            )}
          </div>
        </form>
      </Card>
      {found && <Explained found={found} verdict={verdict} />}
    </Page>
  );
}

function Explained({
  found,
  verdict,
}: {
  found: LinkExplanation;
  verdict: { current: HTMLHeadingElement | null };
}) {
  const wrong = found.checks.find((check) => check.state === 'wrong');
  return (
    <>
      <section class={found.opens ? 'verdict good' : 'verdict bad'} aria-label="Verdict">
        <Glyph name={found.opens ? 'check' : 'alert'} />
        <div>
          <h2 ref={verdict} tabIndex={-1}>
            {found.opens ? 'This link opens' : 'This link does not open'}
          </h2>
          <p>
            {found.kind}.{' '}
            {wrong
              ? wrong.sentence
              : 'Every check of the server holds, now and as far as it can be seen without a browser.'}
          </p>
          {wrong && wrong.advice !== '' && <p class="advice">{wrong.advice}</p>}
        </div>
      </section>
      <Card title="Checks" hint="In the order in which the server makes them.">
        <ol class="link-checks">
          {found.checks.map((check, at) => (
            <Check key={`${check.name} ${at}`} check={check} />
          ))}
        </ol>
      </Card>
      <Card title="Parts" hint="Decoded once, as the server reads them.">
        <Parts parts={found.parts} />
      </Card>
      {found.signed_lines.length > 0 && <Signed found={found} />}
    </>
  );
}

function Check({ check }: { check: LinkCheck }) {
  const { label, tone } = kStates[check.state];
  return (
    <li class={`link-check ${check.state}`}>
      <Badge {...(tone ? { tone } : {})}>{label}</Badge>
      <div>
        <h3>{kNames[check.name] ?? check.name}</h3>
        <p>{check.sentence}</p>
        {check.would_hold === false && <p class="muted">It would be refused here as well.</p>}
        {check.advice !== '' && <p class="advice">{check.advice}</p>}
      </div>
    </li>
  );
}

function Parts({ parts }: { parts: LinkPart[] }) {
  return (
    <List
      label="Parts of the link"
      isDense
      items={parts.map((part, at) => ({ ...part, at }))}
      keyOf={(part) => part.at}
      columns={[
        { label: 'Name', cell: (part) => <span class="code row-title">{part.name}</span> },
        {
          label: 'Value',
          cell: (part) =>
            part.value === '' ? (
              <span class="muted">empty</span>
            ) : (
              <span class={part.masked ? 'code muted' : 'code breaks'}>{part.value}</span>
            ),
        },
        { label: 'What it is', cell: (part) => part.meaning },
      ]}
    />
  );
}

function Signed({ found }: { found: LinkExplanation }) {
  const text = found.signed_lines.map((line) => line.text).join('\n');
  return (
    <Card title="What is signed" hint={found.signed_how}>
      <List
        label="Lines of the text that is signed"
        isDense
        items={found.signed_lines.map((line, at) => ({ ...line, at: at + 1 }))}
        keyOf={(line) => line.at}
        columns={[
          { label: 'Line', cell: (line) => line.at },
          { label: 'Name', cell: (line) => <span class="code">{line.name}</span> },
          { label: 'Text', cell: (line) => <span class="code breaks">{line.text}</span> },
        ]}
      />
      <CodeBlock label="The whole text" text={text} />
    </Card>
  );
}
