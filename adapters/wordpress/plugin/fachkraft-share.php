<?php
/**
 * Plugin Name: fachkraft-share
 * Description: Zeigt Teaser und Termine einer Fachkräfte-Allianz. / Shows an alliance's teasers and activities.
 * Version: 0.1.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 * License: Apache-2.0
 */

defined('ABSPATH') || exit;

// No 'revisions' and no 'custom-fields': a withdrawal must find nothing but the post and its meta.
add_action('init', function () {
    register_post_type('fks_item', [
        'label' => fks_text('Allianz', 'Alliance'),
        'public' => true,
        'has_archive' => true,
        'exclude_from_search' => true,
        'can_export' => false,
        'supports' => ['title', 'editor'],
        'rewrite' => ['slug' => 'allianz'],
    ]);
    add_shortcode('fachkraft-share', 'fks_shortcode');
});

function fks_text($german, $english) {
    return strpos(get_locale(), 'de') === 0 ? $german : $english;
}

function fks_is_over($id) {
    return (int) get_post_meta($id, 'fks_valid_until', true) <= time();
}

// An item goes from the public when its time is over, though nobody reaches the site any more.
add_filter('posts_results', function ($posts, $query) {
    if (is_admin() || defined('FKS_ALL')) {
        return $posts;
    }
    return array_values(array_filter($posts, function ($post) {
        return !is_object($post) || $post->post_type !== 'fks_item' || !fks_is_over($post->ID);
    }));
}, 10, 2);

add_filter('oembed_request_post_id', function ($id) {
    return get_post_type($id) === 'fks_item' ? 0 : $id;
});

function fks_shortcode() {
    $posts = get_posts(['post_type' => 'fks_item', 'numberposts' => 100, 'suppress_filters' => false]);
    if (!$posts) {
        return '<p>' . esc_html(fks_text('Zurzeit gibt es keine Angebote.', 'Nothing on offer now.')) . '</p>';
    }
    $shown = '';
    foreach ($posts as $post) {
        $shown .= '<article><h3>' . esc_html($post->post_title) . '</h3>' . wp_kses_post($post->post_content) . '</article>';
    }
    return '<div class="fachkraft-share">' . $shown . '</div>';
}

// Routes for the adapter ------------------------------------------------------------------------

add_action('rest_api_init', function () {
    $may = function () { return current_user_can('publish_posts'); };
    $route = function ($path, $method, $do) use ($may) {
        register_rest_route('fachkraft-share/v1', $path, ['methods' => $method, 'callback' => $do, 'permission_callback' => $may]);
    };
    $route('/check', 'GET', function () { return ['version' => get_bloginfo('version')]; });
    $route('/keys/(?P<key>[0-9a-f]{32})', 'GET', 'fks_route_find');
    $route('/keys/(?P<key>[0-9a-f]{32})', 'PUT', 'fks_route_put');
    $route('/items', 'GET', 'fks_route_list');
    $route('/items/(?P<id>\d+)', 'GET', 'fks_route_look');
    $route('/items/(?P<id>\d+)', 'DELETE', 'fks_route_erase');
    $route('/items/(?P<id>\d+)/unpublish', 'POST', 'fks_route_unpublish');
});

function fks_absent() {
    return new WP_Error('fks_absent', 'absent', ['status' => 404]);
}

// Straight from the table: a cached query may be older than the other engine's post.
function fks_find($key) {
    global $wpdb;
    return (int) $wpdb->get_var($wpdb->prepare(
        "SELECT ID FROM {$wpdb->posts} WHERE post_type = 'fks_item' AND post_name = %s ORDER BY ID LIMIT 1", 'fks-' . $key
    ));
}

function fks_route_find($request) {
    $id = fks_find($request['key']);
    return $id ? ['id' => $id] : fks_absent();
}

function fks_route_put($request) {
    $id = fks_upsert($request['key'], $request->get_json_params());
    return is_wp_error($id) ? $id : ['id' => $id];
}

function fks_upsert($key, $item) {
    if (!is_array($item) || !is_string($item['title'] ?? null) || !is_string($item['body'] ?? null) || !is_int($item['valid_until'] ?? null)) {
        return new WP_Error('fks_item', 'title, body and valid_until are needed', ['status' => 400]);
    }
    if (!fks_lock()) {
        return new WP_Error('fks_busy', 'busy', ['status' => 503]);
    }
    try {
        return wp_insert_post(wp_slash([
            'ID' => fks_find($key),
            'post_type' => 'fks_item',
            'post_status' => 'publish',
            'post_name' => 'fks-' . $key,
            'post_title' => sanitize_text_field($item['title']),
            'post_content' => wp_kses_post($item['body']),
            'meta_input' => ['fks_valid_until' => $item['valid_until']],
        ]), true);
    } finally {
        fks_unlock();
    }
}

// The name of an option is unique in every database WordPress runs on: the second INSERT does nothing.
function fks_lock() {
    global $wpdb;
    for ($try = 0; $try < 100; $try++) {
        $wpdb->query($wpdb->prepare("DELETE FROM {$wpdb->options} WHERE option_name = 'fks_lock' AND option_value < %s", (string) (time() - 60)));
        $took = $wpdb->query($wpdb->prepare("INSERT IGNORE INTO {$wpdb->options} (option_name, option_value, autoload) VALUES ('fks_lock', %s, 'no')", (string) time()));
        if ($took === 1) {
            return true;
        }
        usleep(50000);
    }
    return false;
}

function fks_unlock() {
    global $wpdb;
    $wpdb->query("DELETE FROM {$wpdb->options} WHERE option_name = 'fks_lock'");
}

function fks_route_list($request) {
    global $wpdb;
    $size = min(100, max(1, (int) $request['per_page']));
    $rows = $wpdb->get_results($wpdb->prepare(
        "SELECT ID, post_name, post_status FROM {$wpdb->posts} WHERE post_type = 'fks_item' AND post_status <> 'auto-draft' ORDER BY ID LIMIT %d OFFSET %d",
        $size, $size * (max(1, (int) $request['page']) - 1)
    ));
    return array_map(function ($row) {
        $public = $row->post_status === 'publish' && !fks_is_over((int) $row->ID);
        return ['id' => (int) $row->ID, 'slug' => str_replace('__trashed', '', $row->post_name), 'public' => $public];
    }, $rows);
}

// Only what is ours may be touched, and a number that is another post's is none of ours.
function fks_is_others($id) {
    $post = get_post($id);
    return $post && $post->post_type !== 'fks_item';
}

function fks_route_unpublish($request) {
    $id = (int) $request['id'];
    if (get_post_type($id) !== 'fks_item') {
        return fks_absent();
    }
    $done = wp_update_post(['ID' => $id, 'post_status' => 'draft'], true);
    return is_wp_error($done) ? $done : ['id' => $id];
}

function fks_residue($id) {
    global $wpdb;
    $left = [];
    $count = function ($query) use ($wpdb, $id) { return (int) $wpdb->get_var($wpdb->prepare($query, $id)); };
    if ($count("SELECT COUNT(*) FROM {$wpdb->posts} WHERE ID = %d")) {
        $left[] = ['kind' => get_post_status($id) === 'trash' ? 'trash' : 'person_record', 'where' => 'posts'];
    }
    if ($count("SELECT COUNT(*) FROM {$wpdb->posts} WHERE post_parent = %d AND post_type = 'revision'")) {
        $left[] = ['kind' => 'history', 'where' => 'revisions'];
    }
    if ($count("SELECT COUNT(*) FROM {$wpdb->postmeta} WHERE post_id = %d")) {
        $left[] = ['kind' => 'person_record', 'where' => 'postmeta'];
    }
    return $left;
}

function fks_route_look($request) {
    $id = (int) $request['id'];
    return ['residue' => fks_is_others($id) ? [] : fks_residue($id)];
}

function fks_route_erase($request) {
    $id = (int) $request['id'];
    return ['held' => !fks_is_others($id) && fks_erase($id)];
}

function fks_erase($id) {
    global $wpdb;
    $held = (bool) fks_residue($id);
    $revisions = $wpdb->get_col($wpdb->prepare("SELECT ID FROM {$wpdb->posts} WHERE post_parent = %d AND post_type = 'revision'", $id));
    foreach ($revisions as $revision) {
        wp_delete_post_revision((int) $revision);
    }
    wp_delete_post($id, true);
    $wpdb->delete($wpdb->postmeta, ['post_id' => $id]);
    return $held;
}

// Hook to the engine: which item changed, and nothing else ----------------------------------------

add_action('transition_post_status', function ($new, $old, $post) {
    if ($post->post_type === 'fks_item' && $new !== $old) {
        fks_tell($post->ID);
    }
}, 10, 3);
add_action('deleted_post', function ($id, $post) {
    if ($post->post_type === 'fks_item') {
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

// Deleting the plugin leaves nothing of ours -----------------------------------------------------

register_activation_hook(__FILE__, function () {
    register_uninstall_hook(__FILE__, 'fks_uninstall');
    flush_rewrite_rules(false);
});

function fks_uninstall() {
    global $wpdb;
    foreach ($wpdb->get_col("SELECT ID FROM {$wpdb->posts} WHERE post_type = 'fks_item'") as $id) {
        fks_erase((int) $id);
    }
    foreach (['fks_hook_url', 'fks_hook_secret', 'fks_lock'] as $option) {
        delete_option($option);
    }
}
