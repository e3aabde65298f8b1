<?php

// Prints a signed embed URL for the JSON description on standard input; see sign.py.

// sign: begin
const SIGNED = ['nonce', 'time', 'session_length', 'external_user_id', 'permissions', 'models',
    'group_ids', 'external_group_id', 'user_attributes', 'access_filters'];

function signedEmbedUrl(
    string $baseUrl,
    string $target,
    string $secret,
    array $user,
    string $digest = 'sha256'
): string {
    $parameters = $user + [
        'nonce' => bin2hex(random_bytes(16)),
        'time' => time(),
        'session_length' => 300,
        'access_filters' => new stdClass(),
        'force_logout_login' => true,
    ];
    // An empty PHP array is []; write an empty object as new stdClass().
    $values = array_map('json_encode', $parameters);
    $path = '/login/embed/' . rawurlencode($target);
    $lines = [preg_replace('~^https?://~', '', $baseUrl), $path];
    foreach (SIGNED as $name) {
        if (isset($values[$name])) {
            $lines[] = $values[$name];
        }
    }
    $mac = hash_hmac($digest, implode("\n", $lines), $secret, true);
    $values['signature'] = base64_encode($mac);
    return $baseUrl . $path . '?' . http_build_query($values);
}
// sign: end

$given = json_decode(file_get_contents('php://stdin'));
echo signedEmbedUrl(
    $given->base_url,
    $given->target,
    $given->secret,
    (array) $given->user,
    ['sha-1' => 'sha1', 'sha-256' => 'sha256'][$given->algorithm]
), "\n";
