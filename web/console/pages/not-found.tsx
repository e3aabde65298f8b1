import { kBase } from '../state/router';
import { Link } from '../ui/link';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';

export function NotFound() {
  return (
    <Page title="There is no such page">
      <Empty title="Nothing is at this address">
        <p>It may be misspelt, or what was here is gone.</p>
        <Link href={kBase} class="button">
          Go to the dashboards
        </Link>
      </Empty>
    </Page>
  );
}
