// Which kind of panel: all there are, each with what it is for.
import { useId } from 'preact/hooks';
import { kKinds, kPanelKinds, type PanelKind } from './panel-kinds';

export function KindIcon({ kind }: { kind: PanelKind }) {
  return (
    <svg
      class="kind-icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={kKinds[kind].icon} />
    </svg>
  );
}

export function KindPicker({
  label,
  value,
  without = [],
  onChoose,
}: {
  label: string;
  value: PanelKind | null;
  without?: readonly PanelKind[];
  onChoose: (kind: PanelKind) => void;
}) {
  const id = useId();
  const kinds = kPanelKinds.filter((kind) => !without.includes(kind));
  return (
    <fieldset class="kinds">
      <legend class="visually-hidden">{label}</legend>
      {kinds.map((kind) => (
        <label key={kind} class="kind">
          <input
            type="radio"
            name={id}
            value={kind}
            checked={kind === value}
            // By its own words: the label around it would read out the hint as well.
            aria-labelledby={`${id}-${kind}-label`}
            aria-describedby={`${id}-${kind}`}
            onChange={() => onChoose(kind)}
          />
          <KindIcon kind={kind} />
          <span class="kind-words">
            <span class="kind-label" id={`${id}-${kind}-label`}>
              {kKinds[kind].label}
            </span>
            <span class="hint" id={`${id}-${kind}`}>
              {kKinds[kind].about}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The same as buttons: each does it at once. */
export function KindButtons({
  without = [],
  onChoose,
}: {
  without?: readonly PanelKind[];
  onChoose: (kind: PanelKind) => void;
}) {
  return (
    <ul class="kinds">
      {kPanelKinds
        .filter((kind) => !without.includes(kind))
        .map((kind) => (
          <li key={kind}>
            <button type="button" class="kind" data-kind={kind} onClick={() => onChoose(kind)}>
              <KindIcon kind={kind} />
              <span class="kind-words">
                <span class="kind-label">{kKinds[kind].label}</span>
                <span class="hint">{kKinds[kind].about}</span>
              </span>
            </button>
          </li>
        ))}
    </ul>
  );
}
