// What can be done with the audit trail: see whether it is whole, and keep a copy.
import { useEffect, useRef, useState } from 'preact/hooks';
import { verifyAudit } from '../api/calls';
import { isAbort, wordsOf } from '../api/client';
import { readOn, toCsv, toNdjson, type AuditFilter } from '../data/audit';
import { toast } from '../state/toasts';
import { saveFile } from '../../viewer/menus/save-file';
import { Popover } from '../../viewer/ui/popover';
import { BusyButton } from '../ui/bits';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';

const kMostExported = 200_000;

export function ChainCheck() {
  const [isBusy, setBusy] = useState(false);
  const [found, setFound] = useState<{ intact: boolean; first_broken: number | null } | null>(null);
  const check = async (): Promise<void> => {
    setBusy(true);
    try {
      setFound(await verifyAudit());
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
    setBusy(false);
  };
  return (
    <>
      <BusyButton type="button" class="button" isBusy={isBusy} onClick={() => void check()}>
        Check the chain
      </BusyButton>
      <span role="status" class={found ? `chain ${found.intact ? 'good' : 'bad'}` : 'chain'}>
        {found &&
          (found.intact
            ? '✓ The trail is whole.'
            : `✗ The trail was changed: row ${String(found.first_broken)} does not follow the one before it.`)}
      </span>
    </>
  );
}

export function Export({ filter }: { filter: AuditFilter }) {
  const [progress, setProgress] = useState<number | null>(null);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);

  const keep = async (form: 'ndjson' | 'csv'): Promise<void> => {
    const own = new AbortController();
    control.current = own;
    setProgress(0);
    try {
      const { rows, next } = await readOn(filter, null, kMostExported, own.signal, setProgress);
      const isCsv = form === 'csv';
      const type = isCsv ? 'text/csv;charset=utf-8' : 'application/x-ndjson';
      const blob = new Blob([isCsv ? toCsv(rows) : toNdjson(rows)], { type });
      const day = new Date().toISOString().slice(0, 10);
      saveFile(blob, `audit-${day}.${form}`);
      toast(
        next === null
          ? rows.length === 1
            ? 'One row is in the file.'
            : `${rows.length} rows are in the file.`
          : `The newest ${rows.length} rows are in the file; there are more.`,
      );
    } catch (error) {
      if (!isAbort(error)) toast(wordsOf(error), 'bad');
    }
    setProgress(null);
  };

  if (progress !== null) {
    return (
      <button type="button" class="button" onClick={() => control.current?.abort()}>
        Reading… {progress} rows. Cancel
      </button>
    );
  }
  return (
    <Popover
      label="Export what the filter shows"
      kind="menu"
      face={
        <>
          <Glyph name="download" />
          Export
          <Glyph name="chevron" />
        </>
      }
    >
      {(close) => (
        <>
          <MenuItem
            icon="log"
            label="NDJSON, every field"
            onChoose={() => {
              close();
              void keep('ndjson');
            }}
          />
          <MenuItem
            icon="table"
            label="CSV, for spreadsheets"
            onChoose={() => {
              close();
              void keep('csv');
            }}
          />
        </>
      )}
    </Popover>
  );
}
