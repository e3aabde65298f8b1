import { kBase } from '../state/router';
import { Link } from '../ui/link';
import { Page } from '../ui/page';

export function NotFound() {
  return (
    <Page title="There is no such page">
      <p class="lead">
        The address may be misspelt, or what was here is gone.{' '}
        <Link href={kBase}>Go to the dashboards</Link>
      </p>
    </Page>
  );
}
