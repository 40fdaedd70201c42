<?php // Items as they are kept: one post each, pushed by the adapter or pulled from the feed, never both.

defined('ABSPATH') || exit;

const FKS_PUSHED = 'fks-';  // what their slugs begin with; the adapter knows the first one
const FKS_PULLED = 'fksfeed-';

add_action('init', 'fks_register_items');

// No 'revisions' and no 'custom-fields': a withdrawal must find nothing but the post and its meta.
function fks_register_items() {
    register_post_type('fks_item', [
        'label' => fks_text('Allianz', 'Alliance'),
        'public' => true,
        'has_archive' => true,
        'exclude_from_search' => true,
        'can_export' => false,
        'supports' => ['title', 'editor'],
        'rewrite' => ['slug' => 'allianz'],
    ]);
}

// An editor may change a slug, so the meta counts too; a crash before the meta leaves the slug.
function fks_is_pulled($post) {
    return strpos($post->post_name, FKS_PULLED) === 0 || metadata_exists('post', $post->ID, 'fks_feed_key');
}

// Straight from the table: a cached query may be older than the other engine's post.
function fks_find($slug) {
    global $wpdb;
    return (int) $wpdb->get_var($wpdb->prepare(
        "SELECT ID FROM {$wpdb->posts} WHERE post_type = 'fks_item' AND post_name = %s ORDER BY ID LIMIT 1", $slug
    ));
}

function fks_save($id, $slug, $item, $meta = []) {
    return wp_insert_post(wp_slash([
        'ID' => $id,
        'post_type' => 'fks_item',
        'post_status' => 'publish',
        'post_name' => $slug,
        'post_title' => sanitize_text_field($item['title']),
        'post_content' => fks_clean($item['body']),
        'meta_input' => $meta + ['fks_valid_until' => $item['valid_until'], 'fks_kind' => sanitize_key($item['kind'])],
    ]), true);
}

// The few tags the engine sends. Comments would be blocks and brackets shortcodes, code of this site; an
// address that stands alone would be embedded from a stranger's server.
function fks_clean($html) {
    $gone = ['@<(script|style|iframe)\b.*?(</\1\s*>|$)@is', '@<!--.*?(-->|$)@s'];
    $tags = array_fill_keys(['p', 'ul', 'ol', 'li', 'strong', 'em', 'h3', 'br'], []) + ['a' => ['href' => true]];
    $clean = wp_kses((string) preg_replace($gone, '', $html), $tags, ['https']);
    $clean = preg_replace('@<a (?!href=["\']https://)[^>]*>@i', '<a>', $clean);
    return str_replace('[', '&#91;', preg_replace('@(^|[>\s])(https?):@i', '$1$2&#58;', $clean));
}

// The name of an option is unique in every database WordPress runs on: the second INSERT does nothing.
function fks_lock($name) {
    global $wpdb;
    for ($try = 0; $try < 100; $try++) {
        $wpdb->query($wpdb->prepare("DELETE FROM {$wpdb->options} WHERE option_name = %s AND option_value < %s", $name, (string) (time() - 60)));
        $took = $wpdb->query($wpdb->prepare("INSERT IGNORE INTO {$wpdb->options} (option_name, option_value, autoload) VALUES (%s, %s, 'no')", $name, (string) time()));
        if ($took === 1) {
            return true;
        }
        usleep(50000);
    }
    return false;
}

function fks_unlock($name) {
    global $wpdb;
    $wpdb->query($wpdb->prepare("DELETE FROM {$wpdb->options} WHERE option_name = %s", $name));
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
