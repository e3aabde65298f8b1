// What becomes of links, frames and keys when a setting with a vendor's name is changed. The server
// says what each setting is; this says what whoever changes it will see.

const kChanges: Readonly<Record<string, string>> = {
  'security.master_key_file':
    'With another key the server does not start: what is sealed in the database opens with its own only.',
  'security.allow_embedding':
    'false: a frame says at its next load that this server lets no page into one. Dashboards still open in a tab of their own.',
  'security.cookie_samesite':
    'Sessions go on. With another value than none, frames in pages of other sites keep a secret in their own storage, so a browser that clears that asks for a fresh link.',
  'security.cookie_secure':
    'The cookie has another name then: sessions that only their cookie brings back need a fresh link.',
  'security.disable_sanitize_html':
    'true: text panels that hold an iframe show it at their next load, in shared dashboards too.',
  'aliyun.api_key_share':
    'false: sharable links of every version are refused. Links that were handed out work again once it is true.',
  'aliyun.api_key_share_version':
    'Links of versions that are taken away are refused; new versions open at once. Keys stay as they are.',
  'aliyun.api_key_max_expire_seconds':
    'Links that ask for longer are refused; sessions that are open keep their end.',
  'aliyun.not_allow_request_uri':
    'What is named answers 404 for everybody, for programs with a good key too.',
  'aliyun.login_rate_limiter':
    'Lower: wrong links are shut out sooner. Counting begins anew with the start.',
  'aliyun.login_forbidden_seconds':
    'Longer: who sent too many wrong links waits longer. A start forgets whom it had shut out.',
  'auth.api_key_max_seconds_to_live':
    'New keys and tokens must end within it; those that there are keep their end.',
  'auth.delete_expired_keys_after_days':
    'Above 0: keys that expired longer ago are deleted for good, with their names free again.',
  'auth.anonymous.enabled':
    'true: whoever comes from the allowed addresses reads that organization’s dashboards without a link. false: those sessions end.',
  'auth.anonymous.org_name': 'Whoever comes without a link sees another organization’s dashboards.',
  'auth.anonymous.org_role':
    'Whoever comes without a link reads what that role reads, and changes nothing.',
  'auth.anonymous.allowed_addresses':
    'Whoever comes from elsewhere is not let in, and loses the session that is open.',
  'auth.anonymous.hide_version':
    'true: clients that ask /api/health for the version get none; a few need it.',
  'service_accounts.token_expiration_day_limit':
    'Above 0: new tokens must say when they expire, within so many days. Others keep their end.',
  'quota.org_user':
    'Below what there is: nobody is removed, and no user or service account can be added.',
  'panels.enable_alpha': 'Nothing changes.',
};

/** A sentence or two; null for settings of this server's own. */
export const changeOf = (name: string): string | null => kChanges[name] ?? null;
