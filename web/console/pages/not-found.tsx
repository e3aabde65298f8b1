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

/** What is there, and not for everybody. */
export function NotForYou() {
  return (
    <Page title="This page is not for your role">
      <Empty title="Your role does not let you see it">
        <p>An administrator of your organization can give you another one.</p>
        <Link href={kBase} class="button">
          Go to the dashboards
        </Link>
      </Empty>
    </Page>
  );
}
