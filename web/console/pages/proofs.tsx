// The proof of any dashboard, and whether a certificate is one of this server's.
import { useRef, useState } from 'preact/hooks';
import type { JsonObject } from '../api/types';
import { everyDashboard } from '../data/dashboard-choices';
import { verifyCertificate } from '../data/sources';
import { useChange, useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { SelectField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card, Page } from '../ui/page';
import { FormError, Loaded } from '../ui/states';
import { DashboardProof } from './proof';

const kLargestFile = 1024 * 1024;

export function Proofs() {
  const uid = place.value.query.get('dashboard') ?? '';
  const dashboards = useResource('dashboards to prove', everyDashboard);
  return (
    <Page
      title="Proofs"
      trail={[{ label: 'Sources & models', href: to('sources') }]}
      lead="What each query of a dashboard reads, and whether it is bound to the rows of its viewer."
    >
      <Card>
        <Loaded from={dashboards} what="dashboards">
          {(rows) => (
            <div class="form wide">
              <SelectField
                label="Dashboard"
                value={uid}
                choices={[
                  { value: '', label: 'Choose one' },
                  ...rows.map((row) => ({ value: row.uid, label: `${row.title} (${row.uid})` })),
                ]}
                onChange={(dashboard) => setQuery({ dashboard })}
              />
            </div>
          )}
        </Loaded>
      </Card>
      {uid !== '' && <DashboardProof key={uid} uid={uid} />}
      <Verify />
    </Page>
  );
}

function Verify() {
  const file = useRef<HTMLInputElement>(null);
  const [result, setResult] = useState<{ name: string; isGenuine: boolean } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const checking = useChange();
  const check = async (chosen: File): Promise<void> => {
    setResult(null);
    setWrong(null);
    checking.clear();
    const text = chosen.size > kLargestFile ? '' : await chosen.text();
    let certificate: unknown = null;
    try {
      certificate = JSON.parse(text);
    } catch {
      // Said below.
    }
    if (typeof certificate !== 'object' || certificate === null || Array.isArray(certificate)) {
      setWrong(`${chosen.name} is no certificate: it must be a JSON object of at most 1 MB.`);
      return;
    }
    await checking.run(async () => {
      const { genuine } = await verifyCertificate(certificate as JsonObject);
      setResult({ name: chosen.name, isGenuine: genuine });
    });
  };
  return (
    <Card
      title="Verify a certificate"
      hint="Whether a file is a certificate that this server has issued, unchanged."
    >
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        class="visually-hidden"
        tabIndex={-1}
        aria-label="Certificate to verify"
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (chosen) void check(chosen);
        }}
      />
      <div aria-live="polite">
        {wrong !== null && (
          <p class="notice bad">
            <Glyph name="alert" />
            <span>{wrong}</span>
          </p>
        )}
        {result && (
          <p class={`notice ${result.isGenuine ? 'good' : 'bad'}`}>
            <Glyph name={result.isGenuine ? 'shield' : 'alert'} />
            <span>
              {result.isGenuine
                ? `${result.name} is genuine: this server issued exactly this.`
                : `${result.name} is not one of this server’s, or it was changed.`}
            </span>
          </p>
        )}
      </div>
      <FormError error={checking.error} />
      <button type="button" class="button" onClick={() => file.current?.click()}>
        <Glyph name="upload" />
        Choose a file
      </button>
    </Card>
  );
}
