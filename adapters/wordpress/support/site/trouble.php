<?php // What a test wants the site to answer instead: $D/trouble holds status, Retry-After, method, calls before.
$file = getenv('D') . '/trouble';
if (is_file($file)) {
    [$status, $after, $method, $calls] = json_decode(file_get_contents($file), true);
    $count = getenv('D') . '/calls';
    file_put_contents($count, '.', FILE_APPEND | LOCK_EX);
    clearstatcache();
    if (filesize($count) > $calls && (!$method || $_SERVER['REQUEST_METHOD'] === $method)) {
        http_response_code($status);
        if ($after !== null) header("Retry-After: $after");
        echo '<p>qzxprivate nonsense';
        exit;
    }
}
