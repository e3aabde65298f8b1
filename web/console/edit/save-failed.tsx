// Why a save did not go through, and where in the dashboard.
import type { JsonObject } from '../api/types';
import { setQuery } from '../state/router';
import { Glyph } from '../ui/icons';
import { idOf, nameOf, panelOf } from './document';
import { faultOf, faultWords } from './faults';

export function SaveFailed({ error, document }: { error: unknown; document: JsonObject }) {
  const fault = faultOf(error, document);
  const panel = fault?.panel === null || !fault ? undefined : panelOf(document, fault.panel);
  return (
    <p class="notice bad">
      <Glyph name="alert" />
      <span>
        It is not saved.{' '}
        {fault
          ? `${panel ? `“${nameOf(panel)}”: ` : ''}${faultWords(fault, document)}`
          : error instanceof Error
            ? error.message
            : ''}
      </span>
      {panel && (
        <button
          type="button"
          class="button quiet"
          onClick={() => setQuery({ panel: String(idOf(panel)), part: null })}
        >
          Show it
        </button>
      )}
    </p>
  );
}
