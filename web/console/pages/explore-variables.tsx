// The variables of a dashboard, for queries that are tried without it.
import { useEffect, useState } from 'preact/hooks';
import type { Variable } from '../../viewer/api/wire';
import { VariablePicker } from '../../viewer/ui/variable-picker';
import { getDashboard } from '../api/calls';
import { isAbort } from '../api/client';
import { everyDashboard } from '../data/dashboard-choices';
import { among } from '../data/picks';
import { describeDraft } from '../data/query';
import { borrowedFrom, draftVariables, type Borrowed, type Instants } from '../query/explore-draft';
import { useChange } from '../state/resource';
import { PickField, type Find } from '../ui/pick-field';
import { FormError } from '../ui/states';

export interface ExploreVariablesProps {
  borrowed: Borrowed | null;
  /** The range that choices are asked for. */
  instants: Instants | null;
  onChange: (borrowed: Borrowed | null) => void;
}

/** Those whose documents are this server's own. */
const findDashboards: Find = async (search, signal) => {
  const all = await everyDashboard(signal);
  const own = all.filter(({ dialect }) => dialect === 'casement');
  return among(own.map(({ uid, title }) => ({ value: uid, label: title, detail: uid })))(
    search,
    signal,
  );
};

export function ExploreVariables({ borrowed, instants, onChange }: ExploreVariablesProps) {
  const borrowing = useChange();
  return (
    <div class="explore-variables">
      <PickField
        label="Variables of"
        hint="A dashboard whose variables the queries may use. $from, $to and $interval are always there."
        placeholder="No dashboard"
        find={findDashboards}
        chosen={borrowed && { value: borrowed.uid, label: borrowed.title }}
        onChoose={(pick) => {
          if (pick === null) {
            onChange(null);
            return;
          }
          void borrowing.run(async () => {
            const { uid, title, document } = await getDashboard(pick.value);
            onChange(borrowedFrom(uid, title, document));
          });
        }}
      />
      <FormError error={borrowing.error} />
      {borrowed && borrowed.variables.length === 0 && (
        <p class="muted">This dashboard has no variables that a query can use.</p>
      )}
      {borrowed && borrowed.variables.length > 0 && (
        <Values borrowed={borrowed} instants={instants} onChange={onChange} />
      )}
    </div>
  );
}

/** What is chosen, from what the server says that there is to choose. */
function Values({ borrowed, instants, onChange }: ExploreVariablesProps & { borrowed: Borrowed }) {
  const [offered, setOffered] = useState<Variable[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  // Choices that follow from another variable's are asked for anew with each choice.
  useEffect(() => {
    const control = new AbortController();
    const document = {
      title: 'Explore',
      ...(instants === null ? {} : { time: { ...instants, selectable: false } }),
      variables: draftVariables(borrowed),
      panels: [],
    };
    describeDraft(document, control.signal).then(
      ({ variables }) => {
        if (control.signal.aborted) return;
        setOffered(variables ?? []);
        setError(null);
      },
      (failure: unknown) => {
        if (control.signal.aborted || isAbort(failure)) return;
        setError(failure);
      },
    );
    return () => control.abort();
  }, [borrowed]);
  const shown = (offered ?? []).filter(({ hidden }) => hidden !== true);
  return (
    <>
      <div class="drawing explore-values" role="group" aria-label="Values of the variables">
        <div class="controls" aria-busy={offered === null && error === null}>
          {shown.map((variable) => (
            <VariablePicker
              key={variable.name}
              variable={variable}
              values={variable.value}
              onChange={(next) =>
                onChange({ ...borrowed, values: { ...borrowed.values, [variable.name]: next } })
              }
            />
          ))}
        </div>
      </div>
      <FormError error={error} />
    </>
  );
}
