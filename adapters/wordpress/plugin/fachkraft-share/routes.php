<?php // Routes for the adapter that pushes; what was pulled from the feed is not theirs.

defined('ABSPATH') || exit;

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

function fks_route_find($request) {
    $id = fks_find(FKS_PUSHED . $request['key']);
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
    if (!fks_lock('fks_lock')) {
        return new WP_Error('fks_busy', 'busy', ['status' => 503]);
    }
    try {
        return fks_save(fks_find(FKS_PUSHED . $key), FKS_PUSHED . $key, ['kind' => (string) ($item['kind'] ?? '')] + $item);
    } finally {
        fks_unlock('fks_lock');
    }
}

function fks_route_list($request) {
    global $wpdb;
    $size = min(100, max(1, (int) $request['per_page']));
    $rows = $wpdb->get_results($wpdb->prepare(
        "SELECT ID, post_name, post_status FROM {$wpdb->posts} WHERE post_type = 'fks_item' AND post_name LIKE %s ORDER BY ID LIMIT %d OFFSET %d",
        FKS_PUSHED . '%', $size, $size * (max(1, (int) $request['page']) - 1)
    ));
    return array_map(function ($row) {
        $public = $row->post_status === 'publish' && !fks_is_over($row);
        return ['id' => (int) $row->ID, 'slug' => str_replace('__trashed', '', $row->post_name), 'public' => $public];
    }, $rows);
}

// Only what was pushed may be touched; a number that is another post's is none of ours.
function fks_is_others($id) {
    $post = get_post($id);
    return $post && ($post->post_type !== 'fks_item' || fks_is_pulled($post));
}

function fks_route_unpublish($request) {
    $id = (int) $request['id'];
    if (!get_post($id) || fks_is_others($id)) {
        return fks_absent();
    }
    $done = wp_update_post(['ID' => $id, 'post_status' => 'draft'], true);
    return is_wp_error($done) ? $done : ['id' => $id];
}

function fks_route_look($request) {
    $id = (int) $request['id'];
    return ['residue' => fks_is_others($id) ? [] : fks_residue($id)];
}

function fks_route_erase($request) {
    $id = (int) $request['id'];
    return ['held' => !fks_is_others($id) && fks_erase($id)];
}
