<?php // Fetching and reading the alliance's feed: JSON Feed 1.1 whose items carry `_fks`. Whole, or an error.

defined('ABSPATH') || exit;

const FKS_FEED_BYTES = 16 * 1024 * 1024;  // ten thousand items with a paragraph each
const FKS_FEED_ITEMS = 10000;  // as many as the engine publishes on one site
const FKS_FEED_TITLE = 200;  // characters; the engine sends 120 at most
const FKS_FEED_TEXT = 50000;  // characters of HTML; a text of 8000, every one spelled out
const FKS_FEED_SECONDS = 10;
const FKS_FEED_AHEAD = 300;  // seconds by which the other clock may be fast

// Only https; a loopback address serves the tests and whoever tries it out on one machine.
function fks_is_allowed_address($url) {
    $parts = wp_parse_url($url);
    $secure = ($parts['scheme'] ?? '') === 'https' || (($parts['scheme'] ?? '') === 'http' && wp_get_environment_type() === 'local');
    return $secure && !empty($parts['host']) && !isset($parts['user']) && !isset($parts['fragment']);
}

function fks_feed_error($code, $detail = '') {
    return new WP_Error($code, (string) $detail);
}

// Returns ['items' => key => item, or null for "not changed", 'etag' =>, 'generated' =>], or a WP_Error.
function fks_feed_fetch($url, $etag, $generated) {
    if (!fks_is_allowed_address($url)) {
        return fks_feed_error('address');
    }
    $headers = ['Accept' => 'application/feed+json, application/json'] + ($etag === '' ? [] : ['If-None-Match' => $etag]);
    $answer = wp_remote_get($url, [
        'timeout' => FKS_FEED_SECONDS,
        'redirection' => 0,
        'limit_response_size' => FKS_FEED_BYTES + 1,
        'user-agent' => 'fachkraft-share',
        'headers' => $headers,
    ]);
    if (is_wp_error($answer)) {
        return fks_feed_error('unreachable', $answer->get_error_message());
    }
    $status = (int) wp_remote_retrieve_response_code($answer);
    if ($status === 304 && $etag !== '') {
        return ['items' => null, 'etag' => $etag, 'generated' => $generated];
    }
    if ($status !== 200) {
        return fks_feed_error('status', $status);
    }
    $read = fks_feed_read(wp_remote_retrieve_body($answer), $generated);
    $tag = wp_remote_retrieve_header($answer, 'etag');
    return is_wp_error($read) ? $read : $read + ['etag' => is_string($tag) && strlen($tag) <= 200 ? $tag : ''];
}

// A feed older than the last one comes from a cache, and might bring back what was withdrawn.
function fks_feed_read($body, $last) {
    if (strlen($body) > FKS_FEED_BYTES) {
        return fks_feed_error('size');
    }
    $feed = json_decode($body, true, 32);
    if (!is_array($feed) || !is_string($feed['version'] ?? null) || strpos($feed['version'], 'https://jsonfeed.org/version/1') !== 0) {
        return fks_feed_error('format');
    }
    $generated = $feed['_fks']['generated'] ?? $last;
    if (!is_int($generated) || $generated > time() + FKS_FEED_AHEAD) {
        return fks_feed_error('generated');
    }
    if ($generated < $last) {
        return fks_feed_error('older');
    }
    $items = fks_feed_items($feed['items'] ?? null);
    return is_wp_error($items) ? $items : ['items' => $items, 'generated' => $generated];
}

function fks_feed_items($given) {
    if (!is_array($given)) {
        return fks_feed_error('format');
    }
    if (count($given) > FKS_FEED_ITEMS) {
        return fks_feed_error('size');
    }
    $items = [];
    foreach (array_values($given) as $place => $one) {
        $wrong = fks_feed_wrong($one);
        $key = $one['_fks']['key'] ?? '';
        if ($wrong !== '' || isset($items[$key])) {
            return fks_feed_error('item', ($place + 1) . ' ' . ($wrong ?: '_fks.key'));
        }
        $items[$key] = ['title' => $one['title'], 'body' => fks_feed_body($one)] + array_intersect_key($one['_fks'], ['kind' => 0, 'valid_until' => 0]);
    }
    return $items;
}

// Returns the name of the first member that is not as it must be, '' if all are.
function fks_feed_wrong($item) {
    $own = $item['_fks'] ?? null;
    $is_text = function ($text, $most) { return is_string($text) && $text !== '' && mb_strlen($text) <= $most; };
    $right = [
        '_fks' => is_array($own),
        '_fks.key' => is_string($own['key'] ?? null) && preg_match('/^[0-9a-f]{32}$/D', $own['key']),
        '_fks.kind' => in_array($own['kind'] ?? null, ['teaser', 'activity', 'invitation'], true),
        '_fks.valid_until' => is_int($own['valid_until'] ?? null),
        'title' => $is_text($item['title'] ?? null, FKS_FEED_TITLE),
        'content_html' => $is_text($item['content_html'] ?? null, FKS_FEED_TEXT),
    ];
    return (string) array_search(false, array_map('boolval', $right), true);
}

// The link to the alliance's page, where the text does not hold it already.
function fks_feed_body($item) {
    $html = $item['content_html'];
    $url = $item['url'] ?? '';
    if (!is_string($url) || $url === '' || strpos(html_entity_decode($html), $url) !== false) {
        return $html;
    }
    $text = ($item['language'] ?? 'de') === 'en' ? 'Continue at the alliance’s page' : 'Weiter zur Seite der Allianz';
    return $html . '<p><a href="' . esc_url($url, ['https']) . '">' . $text . '</a></p>';
}
