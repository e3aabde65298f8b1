<?php
// The smallest host application: a page of yours with a private dashboard in it.
//
//     CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… php -S 127.0.0.1:5000 host.php

declare(strict_types=1);

$embedUrl = getenv('CASEMENT_EMBED_URL');
$credential = getenv('CASEMENT_EMBED_CREDENTIAL');
$allowedOrigin = getenv('ALLOWED_ORIGIN');

// sign: begin
function signedUrl(string $embedUrl, string $credential): string
{
    $nonce = bin2hex(random_bytes(16));
    $ts = (string) time();
    $token = hash_hmac('sha256', "$nonce|$ts", $credential);
    return $embedUrl . '?' . http_build_query(['token' => $token, 'nonce' => $nonce, 'ts' => $ts]);
}
// sign: end

const FETCHING_SCRIPT = <<<'HTML'
<script>
fetch('/api/embed-url')
  .then(answer => answer.json())
  .then(({url}) => { document.getElementById('dashboard').src = url; });
</script>
HTML;

function page(string $src, string $script): string
{
    header('Content-Type: text/html; charset=utf-8');
    return <<<HTML
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>A page with a dashboard</title>
    <iframe id="dashboard" title="Dashboard" $src style="width: 100%; height: 85vh; border: 0"
      loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>
    $script
    </html>
    HTML;
}

function cors($allowedOrigin): void
{
    header('Access-Control-Allow-Methods: GET, OPTIONS');
    header('Access-Control-Allow-Headers: Content-Type');
    if ($allowedOrigin) {
        // With cookies ("credentials: 'include'") browsers want the one origin by name.
        header("Access-Control-Allow-Origin: $allowedOrigin");
        header('Access-Control-Allow-Credentials: true');
    } else {
        header('Access-Control-Allow-Origin: *');
    }
}

header('Cache-Control: no-store');
if (!$embedUrl || !$credential) {
    http_response_code(500);
    $missing = "Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL to the share's url and credential.\n";
    error_log($missing);
    exit($missing);
}

// In your application: only for a visitor who is signed in and may see this dashboard.
switch ($_SERVER['REQUEST_METHOD'] . ' ' . $_SERVER['REQUEST_URI']) {
    case 'GET /':
        // First way: the page asks for a signed URL when it loads.
        echo page('', FETCHING_SCRIPT);
        break;
    case 'GET /server-rendered':
        // Second way: the server writes the signed URL into the page.
        echo page('src="' . htmlspecialchars(signedUrl($embedUrl, $credential)) . '"', '');
        break;
    case 'GET /api/embed-url':
        cors($allowedOrigin);
        header('Content-Type: application/json');
        echo json_encode(['url' => signedUrl($embedUrl, $credential)], JSON_UNESCAPED_SLASHES);
        break;
    case 'OPTIONS /api/embed-url':
        cors($allowedOrigin);
        http_response_code(204);
        break;
    default:
        http_response_code(404);
        header('Content-Type: text/plain');
        echo "Not found\n";
}
