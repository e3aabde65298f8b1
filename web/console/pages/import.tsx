// A dashboard of Grafana's: looked at first, with a report, and then kept.
import { useRef, useState } from 'preact/hooks';
import { importDashboard } from '../api/calls';
import { wordsOf } from '../api/client';
import type { ImportNote, JsonObject } from '../api/types';
import { lineOf, readJson } from '../data/json-places';
import { useChange } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card, Page } from '../ui/page';
import { FormError } from '../ui/states';
import { ImportNotes } from './import-notes';

/** Names of the inputs that a document asks for, when it was exported to be shared. */
export function inputsOf(document: JsonObject): string[] {
  const inputs = document['__inputs'];
  if (!Array.isArray(inputs)) return [];
  return inputs.flatMap((input) =>
    typeof input === 'object' &&
    input !== null &&
    !Array.isArray(input) &&
    input['type'] === 'datasource' &&
    typeof input['name'] === 'string'
      ? [input['name']]
      : [],
  );
}

export function ImportPage() {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [inputs, setInputs] = useState<Record<string, string>>({});
  const [looked, setLooked] = useState<{ notes: ImportNote[]; text: string } | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const looking = useChange();
  const keeping = useChange();

  const read = readJson(text);
  const document =
    'node' in read && read.node.kind === 'object' ? (JSON.parse(text) as JsonObject) : null;
  const names = document ? inputsOf(document) : [];

  const body = (): { document: JsonObject; inputs?: Record<string, string> } | null => {
    if ('fault' in read) {
      const { line, column } = lineOf(text, read.fault.from);
      setWrong(`Line ${line}, column ${column}: ${read.fault.message}`);
      return null;
    }
    if (!document) {
      setWrong('A dashboard is an object: it begins with {.');
      return null;
    }
    setWrong(null);
    const chosen = Object.fromEntries(
      names.flatMap((name) => {
        const source = inputs[name]?.trim() ?? '';
        return source === '' ? [] : [[name, source]];
      }),
    );
    return { document, ...(Object.keys(chosen).length > 0 ? { inputs: chosen } : {}) };
  };

  const look = (): void => {
    const wanted = body();
    if (!wanted) return;
    void looking.run(async () => {
      const { notes } = await importDashboard({ ...wanted, dry_run: true });
      setLooked({ notes, text });
    });
  };
  const keep = (): void => {
    const wanted = body();
    if (!wanted) return;
    void keeping.run(async () => {
      const { dashboard } = await importDashboard(wanted);
      if (!dashboard) return;
      toast(`“${dashboard.title}” is imported.`);
      await navigate(to('dashboards', dashboard.uid, 'report'));
    });
  };
  const take = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    try {
      setText(await chosen.text());
      setWrong(null);
      setLooked(null);
    } catch (error) {
      setWrong(`The file could not be read. ${wordsOf(error)}`);
    }
  };

  return (
    <Page
      title="Import a dashboard"
      trail={[{ label: 'Dashboards', href: to('dashboards') }]}
      lead="The JSON of a Grafana dashboard: from its share dialog, its settings, or grafana.com."
    >
      <Card>
        <div class="form wide">
          <div>
            <input
              ref={file}
              type="file"
              class="visually-hidden"
              id="import-file"
              tabIndex={-1}
              aria-label="File with a dashboard"
              accept=".json,application/json"
              onChange={(event) => void take(event.currentTarget.files?.[0])}
            />
            <button type="button" class="button" onClick={() => file.current?.click()}>
              <Glyph name="upload" />
              Choose a file…
            </button>
          </div>
          <TextAreaField
            label="Or its text"
            rows={10}
            value={text}
            error={wrong}
            onInput={(value) => {
              setText(value);
              setLooked(null);
            }}
          />
          {names.map((name) => (
            <TextField
              key={name}
              label={`Source for ${name}`}
              hint="The name of a source here. Empty: as the document says."
              value={inputs[name] ?? ''}
              onInput={(value) => setInputs({ ...inputs, [name]: value })}
            />
          ))}
          <FormError error={looking.error ?? keeping.error} />
          <div class="button-row">
            <BusyButton
              type="button"
              class={looked ? 'button' : 'button primary'}
              isBusy={looking.isBusy}
              disabled={text.trim() === ''}
              onClick={look}
            >
              Look first
            </BusyButton>
            <BusyButton
              type="button"
              class={looked ? 'button primary' : 'button'}
              isBusy={keeping.isBusy}
              disabled={text.trim() === ''}
              onClick={keep}
            >
              Import
            </BusyButton>
          </div>
        </div>
      </Card>
      <div aria-live="polite">
        {looked &&
          (looked.notes.length === 0 ? (
            <p class="notice good">
              <Glyph name="check" />
              <span>Everything is taken as it is. Nothing is kept yet.</span>
            </p>
          ) : (
            <>
              <p class="lead">
                What the import would leave out, change, and take as it is. Nothing is kept yet.
              </p>
              <ImportNotes notes={looked.notes} document={document} />
            </>
          ))}
      </div>
    </Page>
  );
}
