// How the queries were asked: whom, what with, how long it took, and what came.
import type { InspectedQuery } from '../draw/session';
import { bytesWords, tookWords } from '../query/figures';
import { CodeBlock } from '../ui/bits';
import { Card } from '../ui/page';

export function Inspected({ queries }: { queries: InspectedQuery[] }) {
  return (
    <Card title="How it was asked">
      <div class="inspected">
        {queries.map((query) => (
          <One key={query.name} query={query} />
        ))}
      </div>
    </Card>
  );
}

function One({ query }: { query: InspectedQuery }) {
  const values = Object.entries(query.values);
  return (
    <section aria-label={`Query ${query.name}`}>
      <dl class="facts">
        <div>
          <dt>Query</dt>
          <dd class="code">{query.name}</dd>
        </div>
        <div>
          <dt>Source</dt>
          <dd>
            {query.source} <span class="muted">({query.source_type})</span>
          </dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>
            {tookWords(query.milliseconds)}
            {query.from_cache && <span class="muted"> (kept from before)</span>}
          </dd>
        </div>
        <div>
          <dt>Rows</dt>
          <dd>
            {query.rows ?? '–'}
            {query.truncated && <span class="muted"> (there are more)</span>}
          </dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>{query.bytes === null ? '–' : bytesWords(query.bytes)}</dd>
        </div>
        {query.step_ms !== undefined && (
          <div>
            <dt>Step</dt>
            <dd>{tookWords(query.step_ms)}</dd>
          </div>
        )}
      </dl>
      <details>
        <summary>The text as it was asked, and its values</summary>
        <CodeBlock label={`Query ${query.name}`} text={query.asked} />
        {values.length > 0 && (
          <dl class="bound">
            {values.map(([name, value]) => (
              <div key={name}>
                <dt class="code">${name}</dt>
                <dd class="code">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </section>
  );
}
