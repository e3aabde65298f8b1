// One share: settings, credentials, and how it comes into a page.
import { changeShare, deleteShare, getShare } from '../api/calls';
import { wordsOf } from '../api/client';
import type { Share } from '../api/types';
import { kTypes } from '../data/shares';
import { claimShare, permissionFor } from '../data/sharing';
import { may, me } from '../state/app';
import { confirm } from '../state/confirming';
import { useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, When } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { Link } from '../ui/link';
import { Page, Tabs, type Tab } from '../ui/page';
import { Failed, Loading } from '../ui/states';
import { Credentials } from './credentials';
import { Address } from './share-address';
import { StatusBadge, titleOf } from './share-list';
import { ShareSettingsForm } from './share-settings';

const Invitations = lazy(() => import('./invitations').then((part) => part.Invitations));
const SecureEmbed = lazy(() => import('./secure-embed').then((part) => part.SecureEmbed));

export type ShareTab = 'settings' | 'credentials' | 'embed' | 'invitations';

export function SharePage({ token, tab }: { token: string; tab: ShareTab }) {
  const share = useResource(`share ${token}`, (signal) => getShare(token, signal));
  const trail = [{ label: 'Shares', href: to('shares') }];
  const { value } = share;
  if (!value) {
    return (
      <Page title="Share" trail={trail}>
        {share.error !== null ? (
          <Failed error={share.error} onRetry={share.reload} />
        ) : (
          <Loading what="the share" />
        )}
      </Page>
    );
  }
  const mayChange = may(permissionFor(value.type));
  const isSecure = value.type === 'secure_embed';
  const one = (label: string, name: ShareTab): Tab => ({
    label,
    href: name === 'settings' ? to('shares', token) : to('shares', token, name),
    isCurrent: tab === name,
  });
  const tabs = [
    one('Settings', 'settings'),
    ...(isSecure && mayChange ? [one('Credentials', 'credentials')] : []),
    ...(value.type === 'invite' && mayChange ? [one('Invitations', 'invitations')] : []),
    one(isSecure ? 'Secure embed' : 'Address', 'embed'),
  ];
  return (
    <Page
      title={titleOf(value)}
      trail={trail}
      actions={mayChange && <Actions share={value} onChanged={share.set} />}
    >
      <p class="facts-line">
        <StatusBadge share={value} />
        <Badge>{kTypes[value.type]}</Badge>
        <span>
          Share of <Link href={to('dashboards', value.dashboard.uid)}>{value.dashboard.title}</Link>{' '}
          by {sharerOf(value)}, made <When at={value.created_at} />
        </span>
        {may('sessions_read') && (
          <Link href={`${to('sessions')}?share=${encodeURIComponent(token)}`}>Who is looking</Link>
        )}
      </p>
      {value.switched_off && (
        <p class="notice">
          <Glyph name="pause" />
          <span>
            The organization has switched shares of this type off: nobody gets in until it switches
            them on again. The share stays as it is.
          </span>
        </p>
      )}
      <Tabs label="Of this share" tabs={tabs} />
      {share.error !== null && <Failed error={share.error} onRetry={share.reload} />}
      {tab === 'settings' && <ShareSettingsForm share={value} onSaved={share.set} />}
      {tab === 'credentials' && <Credentials token={token} />}
      {tab === 'invitations' && <Invitations share={value} onChanged={share.set} />}
      {tab === 'embed' && (isSecure ? <SecureEmbed share={value} /> : <Address share={value} />)}
    </Page>
  );
}

function sharerOf(share: Share): string {
  if (share.provisioned) return 'a provisioning folder';
  return share.sharer ?? 'a key, or somebody who is gone';
}

function Actions({ share, onChanged }: { share: Share; onChanged: (share: Share) => void }) {
  const isPaused = share.status === 'paused';
  const turn = async (): Promise<void> => {
    if (!isPaused) {
      const isSure = await confirm({
        title: 'Pause this share?',
        text: 'Its links are refused and its open sessions are cut at once, until it is active again.',
        act: 'Pause',
      });
      if (!isSure) return;
    }
    try {
      onChanged(await changeShare(share.token, { status: isPaused ? 'active' : 'paused' }));
      toast(isPaused ? 'The share is active again.' : 'The share is paused.');
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const claim = async (): Promise<void> => {
    try {
      onChanged(await claimShare(share.token));
      toast('The share is yours now.');
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const remove = async (): Promise<void> => {
    const isSure = await confirm({
      title: 'Delete this share for good?',
      text: 'Its address opens nothing from now on, its sessions are cut, and its credentials are gone. Pages that embed it stay empty. This cannot be undone.',
      act: 'Delete for good',
      typed: titleOf(share),
    });
    if (!isSure) return;
    try {
      await deleteShare(share.token);
      toast('The share is deleted.');
      await navigate(to('shares'));
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  return (
    <>
      {share.sharer_gone && me.value?.user && (
        <button type="button" class="button" onClick={() => void claim()}>
          Claim
        </button>
      )}
      <button type="button" class="button" onClick={() => void turn()}>
        <Glyph name={isPaused ? 'play' : 'pause'} />
        {isPaused ? 'Activate' : 'Pause'}
      </button>
      <button type="button" class="button danger" onClick={() => void remove()}>
        <Glyph name="bin" />
        Delete
      </button>
    </>
  );
}
