<?php
/**
 * Plugin Name: fachkraft-share
 * Description: Zeigt Teaser und Termine einer Fachkräfte-Allianz. / Shows an alliance's teasers and activities.
 * Version: 0.2.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 * License: Apache-2.0
 */

defined('ABSPATH') || exit;

// items: what is kept; shown: what the public sees; routes and hook: the adapter that pushes;
// feed, pull: what is fetched; settings: the page for the site's administrator.
foreach (['items', 'shown', 'routes', 'hook', 'feed', 'pull', 'settings'] as $fks_room) {
    require_once __DIR__ . "/$fks_room.php";
}

function fks_text($german, $english) {
    return strpos(determine_locale(), 'de') === 0 ? $german : $english;
}

register_activation_hook(__FILE__, function () {
    register_uninstall_hook(__FILE__, 'fks_uninstall');
    fks_register_items();
    flush_rewrite_rules(false);
});

register_deactivation_hook(__FILE__, function () {
    wp_clear_scheduled_hook('fks_pull');
});

// Deleting the plugin leaves nothing of ours.
function fks_uninstall() {
    global $wpdb;
    foreach ($wpdb->get_col("SELECT ID FROM {$wpdb->posts} WHERE post_type = 'fks_item'") as $id) {
        fks_erase((int) $id);
    }
    foreach (['fks_feed_url', 'fks_pull_state', 'fks_hook_url', 'fks_hook_secret', 'fks_lock', 'fks_pull_lock'] as $option) {
        delete_option($option);
    }
    wp_clear_scheduled_hook('fks_pull');
}
