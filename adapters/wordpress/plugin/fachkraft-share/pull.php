<?php // Pulling on a schedule: what the feed holds is here, what it does not hold any more is erased.
//
// 1. A feed that is not understood changes nothing, and is no success.
// 2. An hour after the last success nothing pulled is shown (`shown.php` asks at reading); it is erased here.
// 3. What was pushed is neither changed nor erased, and is not pulled a second time.

defined('ABSPATH') || exit;

const FKS_PULL_SECONDS = 600;

add_filter('cron_schedules', function ($schedules) {
    return $schedules + ['fks_ten_minutes' => ['interval' => FKS_PULL_SECONDS, 'display' => 'fachkraft-share']];
});

add_action('init', function () {
    if (get_option('fks_feed_url', '') !== '' && !wp_next_scheduled('fks_pull')) {
        wp_schedule_event(time(), 'fks_ten_minutes', 'fks_pull');
    }
});

add_action('fks_pull', 'fks_pull');

function fks_pull_state() {
    $nothing = ['tried' => 0, 'succeeded' => 0, 'error' => '', 'detail' => '', 'etag' => '', 'generated' => 0, 'count' => 0];
    $state = get_option('fks_pull_state', []);
    return (is_array($state) ? $state : []) + $nothing;
}

function fks_pull() {
    $url = get_option('fks_feed_url', '');
    if ($url === '' || !fks_lock('fks_pull_lock')) {
        return;
    }
    try {
        wp_cache_delete('alloptions', 'options');  // another process may have pulled since this one began
        $state = fks_pull_once($url, fks_pull_state(), time());
        update_option('fks_pull_state', fks_pull_sweep($state));
    } finally {
        fks_unlock('fks_pull_lock');
    }
}

// The time is that before fetching: what comes is at least as new.
function fks_pull_once($url, $state, $at) {
    $feed = fks_feed_fetch($url, $state['etag'], $state['generated']);
    $error = is_wp_error($feed) || $feed['items'] === null ? $feed : fks_pull_apply($feed['items']);
    $tried = ['tried' => $at, 'error' => '', 'detail' => ''];
    if (is_wp_error($error)) {
        return ['error' => $error->get_error_code(), 'detail' => $error->get_error_message()] + $tried + $state;
    }
    $count = $feed['items'] === null ? $state['count'] : count($feed['items']);
    return $tried + ['succeeded' => $at, 'etag' => $feed['etag'], 'generated' => $feed['generated'], 'count' => $count] + $state;
}

// First what must go, so that an error while writing keeps nothing that was withdrawn.
function fks_pull_apply($items) {
    $wanted = array_filter($items, function ($item, $key) {
        return $item['valid_until'] > time() && !fks_find(FKS_PUSHED . $key);
    }, ARRAY_FILTER_USE_BOTH);
    $here = [];
    foreach (fks_pulled() as $id => $key) {
        if (isset($wanted[$key]) && !isset($here[$key])) {
            $here[$key] = $id;
        } else {
            fks_erase($id);
        }
    }
    foreach ($wanted as $key => $item) {
        $saved = fks_pull_save($here[$key] ?? 0, $key, $item);
        if (is_wp_error($saved)) {
            return fks_feed_error('write', $saved->get_error_message());
        }
    }
    return true;
}

// What an editor of the site has hidden stays hidden, and is erased with the rest.
function fks_pull_save($id, $key, $item) {
    $content = hash('sha256', wp_json_encode($item));
    if ($id && (get_post_status($id) !== 'publish' || get_post_meta($id, 'fks_feed_content', true) === $content)) {
        return $id;
    }
    return fks_save($id, FKS_PULLED . $key, $item, ['fks_feed_key' => $key, 'fks_feed_content' => $content]);
}

// Straight from the tables, in every state: id => key, '' where a crash left none.
function fks_pulled() {
    global $wpdb;
    $rows = $wpdb->get_results($wpdb->prepare(
        "SELECT p.ID, m.meta_value FROM {$wpdb->posts} p LEFT JOIN {$wpdb->postmeta} m ON m.post_id = p.ID AND m.meta_key = 'fks_feed_key'
         WHERE p.post_type = 'fks_item' AND (m.meta_value IS NOT NULL OR p.post_name LIKE %s) ORDER BY p.ID", FKS_PULLED . '%'
    ));
    return array_map('strval', array_column($rows, 'meta_value', 'ID'));
}

// What is over is hidden already; here it is erased. Without the tag the next answer is a whole feed.
function fks_pull_sweep($state) {
    $stale = $state['succeeded'] + FKS_PULLED_SECONDS <= time();
    foreach (array_keys(fks_pulled()) as $id) {
        if ($stale || (int) get_post_meta($id, 'fks_valid_until', true) <= time()) {
            fks_erase($id);
        }
    }
    return $stale ? ['etag' => '', 'count' => 0] + $state : $state;
}

// Another feed, or none: nothing of the last one stays.
function fks_pull_forget() {
    foreach (array_keys(fks_pulled()) as $id) {
        fks_erase($id);
    }
    delete_option('fks_pull_state');
    wp_clear_scheduled_hook('fks_pull');
}
