// What every query of a dashboard reads, and whether it is bound to a model.
import { getCertificate, type Certificate, type ProvenQuery, type Verdict } from '../data/sources';
import { listModels } from '../api/calls';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { to } from '../state/router';
import { Badge } from '../ui/bits';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Loaded } from '../ui/states';

const kVerdicts: Record<Verdict, { label: string; tone: 'good' | 'warn' | 'bad' }> = {
  proven: { label: 'Bound', tone: 'good' },
  unscoped: { label: 'Not bound', tone: 'warn' },
  refused: { label: 'Refused', tone: 'bad' },
};

function download(certificate: Certificate): void {
  const { uid } = certificate.statement.dashboard;
  const text = new Blob([JSON.stringify(certificate, null, 2)], { type: 'application/json' });
  const url = URL.createObjectURL(text);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${uid}-scope-certificate.json`;
  link.click();
  URL.revokeObjectURL(url);
}

export function DashboardProof({ uid }: { uid: string }) {
  const certificate = useResource(`certificate ${uid}`, (signal) => getCertificate(uid, signal));
  const models = useResource('models', (signal) =>
    may('org_manage') ? listModels(signal) : Promise.resolve({ models: [] }),
  );
  return (
    <Loaded from={certificate} what="the proof">
      {(value) => (
        <Proof
          certificate={value}
          modelsOver={(source) =>
            (models.value?.models ?? [])
              .filter((model) => model.source === source)
              .map(({ name }) => name)
          }
        />
      )}
    </Loaded>
  );
}

function Proof({
  certificate,
  modelsOver,
}: {
  certificate: Certificate;
  modelsOver: (source: string | null) => string[];
}) {
  const { dashboard, queries, summary } = certificate.statement;
  const bound = summary.proven;
  const others = summary.unscoped + summary.refused;
  return (
    <section class="card">
      <div class="card-head">
        <div>
          <h2>
            <Link href={to('dashboards', dashboard.uid)}>{dashboard.title}</Link>
            <Badge tone={others === 0 ? 'good' : summary.refused > 0 ? 'bad' : 'warn'}>
              {`${bound} of ${bound + others} bound`}
            </Badge>
          </h2>
          <p class="hint">
            Revision {dashboard.revision}.{' '}
            {certificate.signature === null
              ? 'The certificate is not signed: this server has no key for it.'
              : 'The certificate is signed by this server.'}
          </p>
        </div>
        <button
          type="button"
          class="button"
          aria-label={`Download the certificate of ${dashboard.title}`}
          onClick={() => download(certificate)}
        >
          Download the certificate
        </button>
      </div>
      {queries.length === 0 ? (
        <p class="muted">The dashboard has no queries: there is nothing to prove.</p>
      ) : (
        <List
          label={`Queries of ${dashboard.title}`}
          items={queries.map((query, at) => ({ ...query, at }))}
          keyOf={({ at }) => at}
          columns={[
            { label: 'Where', cell: whereOf },
            {
              label: 'Reads',
              cell: (query) => (
                <span>
                  {query.model !== null ? (
                    <Link href={to('models', query.model)}>{query.model}</Link>
                  ) : (
                    <span class="nowrap">{query.source ?? 'a source that is not there'}</span>
                  )}
                  {query.relations.length > 0 && (
                    <span class="muted">: {query.relations.join(', ')}</span>
                  )}
                </span>
              ),
            },
            {
              label: 'Verdict',
              cell: ({ verdict }) => (
                <Badge tone={kVerdicts[verdict].tone}>{kVerdicts[verdict].label}</Badge>
              ),
            },
            {
              label: 'Why, and what to change',
              cell: (query) => <Advice query={query} models={modelsOver(query.source)} />,
            },
          ]}
        />
      )}
    </section>
  );
}

function whereOf(query: ProvenQuery): string {
  if (query.variable !== undefined) return `Variable ${query.variable}`;
  const title = query.title ?? '';
  const panel = title === '' ? `Panel ${query.panel ?? ''}` : title;
  return `${panel}, query ${query.query ?? 'A'}`;
}

function Advice({ query, models }: { query: ProvenQuery; models: string[] }) {
  if (query.verdict === 'proven') {
    const words = query.filters.map(
      ({ relation, column, attribute }) => `${relation}.${column} by ${attribute}`,
    );
    return (
      <span class="muted">
        {words.length === 0 ? 'Every row of these relations.' : words.join('; ')}
      </span>
    );
  }
  if (query.verdict === 'refused') {
    return <span>{query.reason ?? 'The query cannot be proven to stay inside its model.'}</span>;
  }
  if (models.length > 0) {
    return (
      <span>
        It reads every row of its source. Let the query read the model{' '}
        {models.map((name) => `“${name}”`).join(' or ')} in place of the source.
      </span>
    );
  }
  return (
    <span>
      It reads every row of its source, over which there is no model.{' '}
      {may('org_manage') && query.source !== null && (
        <Link href={`${to('new-model')}?source=${encodeURIComponent(query.source)}`}>Make one</Link>
      )}
    </span>
  );
}
