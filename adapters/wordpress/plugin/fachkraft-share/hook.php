<?php // Hook to the engine: which pushed item changed, and nothing else.

defined('ABSPATH') || exit;

add_action('transition_post_status', function ($new, $old, $post) {
    if ($post->post_type === 'fks_item' && $new !== $old && !fks_is_pulled($post)) {
        fks_tell($post->ID);
    }
}, 10, 3);

add_action('deleted_post', function ($id, $post) {
    if ($post->post_type === 'fks_item' && !fks_is_pulled($post)) {
        fks_tell($id);
    }
}, 10, 2);

function fks_tell($id) {
    $url = get_option('fks_hook_url', '');
    $secret = get_option('fks_hook_secret', '');
    if (wp_installing() || !$url || !$secret) {
        return;
    }
    $body = wp_json_encode(['id' => wp_generate_uuid4(), 'sent' => time(), 'kind' => 'changed', 'record' => (string) $id]);
    wp_remote_post($url, [
        'timeout' => 3,
        'redirection' => 0,
        'headers' => ['Content-Type' => 'application/json', 'X-Fks-Signature' => hash_hmac('sha256', $body, $secret)],
        'body' => $body,
    ]);
}
