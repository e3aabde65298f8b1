// The rows that somebody would see under a model: to look at what its row filters leave.
import { useState } from 'preact/hooks';
import type { Json, Model } from '../api/types';
import { attributesOf, relationsOf } from '../data/models';
import { findPeople } from '../data/picks';
import { previewModel, type Preview, type PreviewedRelation } from '../data/sources';
import { useChange } from '../state/resource';
import { BusyButton } from '../ui/bits';
import { SelectField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card } from '../ui/page';
import { PickField, type Pick } from '../ui/pick-field';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { TokenField } from '../ui/token-field';

export function ModelPreview({ model }: { model: Model }) {
  const attributes = attributesOf(relationsOf(model.relations));
  const [by, setBy] = useState<'values' | 'user'>('values');
  const [values, setValues] = useState<Record<string, string[]>>({});
  const [user, setUser] = useState<Pick | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const looking = useChange();
  const isReady = by === 'values' || user !== null;

  const look = (): Promise<boolean> =>
    looking.run(async () => {
      setPreview(null);
      const given = Object.fromEntries(attributes.map((name) => [name, values[name] ?? []]));
      setPreview(
        await previewModel(
          model.name,
          by === 'user' && user !== null ? { user: Number(user.value) } : { attributes: given },
        ),
      );
    });

  return (
    <>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void look();
        }}
      >
        <Card
          title="Whose rows?"
          hint="The first 50 of each relation, with every covered column covered. That you looked stands in the audit trail."
        >
          <div class="form wide">
            <SelectField
              label="By"
              value={by}
              choices={[
                { value: 'values', label: 'Values of attributes' },
                { value: 'user', label: 'A user, as stored' },
              ]}
              onChange={(next) => setBy(next === 'user' ? 'user' : 'values')}
            />
            {by === 'user' ? (
              <PickField
                label="User"
                hint="Of this server, or one that only an application knows."
                find={findPeople}
                chosen={user}
                error={wrongIn(looking.error, 'user')}
                onChoose={setUser}
              />
            ) : (
              attributes.map((name) => (
                <TokenField
                  key={name}
                  label={name}
                  hint="Enter adds a value. None: no rows."
                  values={values[name] ?? []}
                  onChange={(list) => setValues({ ...values, [name]: list })}
                />
              ))
            )}
            {by === 'values' && attributes.length === 0 && (
              <p class="muted">The model has no row filters: everybody sees every row.</p>
            )}
          </div>
          <FormError error={elsewhere(looking.error, 'user')} />
          <div class="head-actions after-fields">
            <BusyButton isBusy={looking.isBusy} disabled={!isReady}>
              Show the rows
            </BusyButton>
          </div>
        </Card>
      </form>
      <div aria-live="polite">
        {preview?.user && (
          <p class="facts-line">
            <span>
              As {preview.user.name} (user {preview.user.id})
            </span>
          </p>
        )}
        {preview?.relations.map((relation) => (
          <Rows key={relation.name} relation={relation} />
        ))}
        {preview?.cut === true && (
          <p class="muted">The model has more relations; the first ones are shown.</p>
        )}
      </div>
    </>
  );
}

/** Numbers stand at the end, one below the other. */
function sideOf(type: string): string | undefined {
  return type === 'number' ? 'number' : undefined;
}

function cellText(value: Json | undefined, type: string): string {
  if (value === null || value === undefined) return '';
  if (type === 'time' && typeof value === 'number') {
    return new Date(value).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function Rows({ relation }: { relation: PreviewedRelation }) {
  const { name, table, error, missing } = relation;
  return (
    <Card title={name}>
      {missing.length > 0 && (
        <p class="notice">
          <Glyph name="lock" />
          <span>
            No rows: there is no value for {missing.join(', ')} that the row filters could use.
          </span>
        </p>
      )}
      {error !== null && (
        <p class="notice bad">
          <Glyph name="alert" />
          <span>{error.message}</span>
        </p>
      )}
      {table !== null && table.rows === 0 && missing.length === 0 && (
        <p class="muted">No rows stay under these values.</p>
      )}
      {table !== null && table.rows > 0 && (
        <>
          <p class="count">
            {table.truncated
              ? `The first ${table.rows} rows`
              : `${table.rows} ${table.rows === 1 ? 'row' : 'rows'}`}
          </p>
          {/* It scrolls, so the keyboard has to reach it. */}
          <div class="rows-table" tabIndex={0} role="region" aria-label={`Rows of ${name}`}>
            <table>
              <thead>
                <tr>
                  {table.columns.map((column) => (
                    <th key={column.name} scope="col" class={sideOf(column.type)}>
                      {column.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {Array.from({ length: table.rows }, (_, row) => (
                  <tr key={row}>
                    {table.columns.map((column) => (
                      <td key={column.name} class={sideOf(column.type)}>
                        {column.exact?.[String(row)] ?? cellText(column.values[row], column.type)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Card>
  );
}
