// A new source: first of which kind, then its settings.
import { kKinds, kindOf } from '../data/source-types';
import { may } from '../state/app';
import { navigate, place, setGuard, setQuery, to } from '../state/router';
import { SelectField } from '../ui/fields';
import { Link } from '../ui/link';
import { Card, Page } from '../ui/page';
import { Empty } from '../ui/states';
import { SourceForm } from './source-form';

export function NewSource() {
  const kind = kindOf(place.value.query.get('type') ?? '') ?? kKinds[0];
  return (
    <Page title="New source" trail={[{ label: 'Sources & models', href: to('sources') }]}>
      {!may('sources_write') || kind === undefined ? (
        <Empty title="Administrators add sources">
          <p>Your role does not. Ask an administrator of your organization.</p>
          <Link href={to('sources')} class="button">
            Go to the sources
          </Link>
        </Empty>
      ) : (
        <>
          <Card>
            <div class="form wide">
              <SelectField
                label="Kind"
                value={kind.type}
                choices={kKinds.map(({ type, label }) => ({ value: type, label }))}
                onChange={(type) => setQuery({ type })}
              />
            </div>
          </Card>
          <SourceForm
            key={kind.type}
            kind={kind}
            source={null}
            onSaved={({ name }) => {
              setGuard(null);
              void navigate(to('sources', name));
            }}
          />
        </>
      )}
    </Page>
  );
}
