<?php // The tests' look behind the site: php probe.php COMMAND [ARGUMENT...] answers JSON.
$_SERVER += ['HTTP_HOST' => '127.0.0.1:' . getenv('P'), 'SERVER_NAME' => '127.0.0.1', 'REQUEST_METHOD' => 'GET'];
define('FKS_ALL', true); require getenv('D') . '/www/wp-load.php';
[, $do, $one, $two] = $argv + [2 => '', 3 => ''];
$bot = get_user_by('login', 'fksbot');
$ids = function () use ($wpdb) { return $wpdb->get_col("SELECT ID FROM $wpdb->posts WHERE post_type = 'fks_item' ORDER BY ID"); };
$answer = null;
if ($do === 'reset') { foreach (get_posts(['post_type' => ['fks_item', 'page', 'revision'], 'post_status' => 'any', 'numberposts' => -1]) as $p) wp_delete_post($p->ID, true); foreach ($ids() as $id) fks_erase((int) $id);
    $wpdb->query("DELETE FROM $wpdb->posts WHERE post_type = 'revision'"); $wpdb->query("DELETE FROM $wpdb->postmeta"); $bot->set_role('author');
    foreach (['fks_feed_url', 'fks_pull_state', 'fks_hook_url', 'fks_hook_secret'] as $option) delete_option($option); wp_clear_scheduled_hook('fks_pull'); }
if ($do === 'activate') { require_once ABSPATH . 'wp-admin/includes/plugin.php'; $wrong = activate_plugin('fachkraft-share/fachkraft-share.php'); if ($wrong) exit(1); }
if ($do === 'role') $bot->set_role($one);
if ($do === 'stored') $answer = array_map('strval', $ids());
if ($do === 'content') { $p = get_post((int) $one); $answer = "$p->post_title\n$p->post_content"; }
if ($do === 'name') $answer = get_post((int) $one)->post_name;
if ($do === 'page') wp_insert_post(['post_type' => 'page', 'post_status' => 'publish', 'post_title' => $one, 'post_content' => $one]);
if ($do === 'plant') { $wpdb->insert($wpdb->posts, ['post_type' => 'revision', 'post_status' => 'inherit', 'post_parent' => (int) $one, 'post_title' => $two, 'post_content' => $two, 'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '']); }
if ($do === 'uninstall') fks_uninstall();
if ($do === 'option') update_option($one, $two);
if ($do === 'asked') $answer = get_option($one, null);
if ($do === 'neighbours') { $GLOBALS['post'] = get_post((int) $one); $answer = [(bool) get_previous_post(), (bool) get_next_post()]; }
if ($do === 'since') { $state = fks_pull_state(); update_option('fks_pull_state', ['succeeded' => time() - (int) $one] + $state); }
if ($do === 'hide') $one === 'trash' ? wp_trash_post((int) $two) : wp_update_post(['ID' => (int) $two, 'post_status' => 'draft']);
if ($do === 'over') update_post_meta((int) $one, 'fks_valid_until', time());
if ($do === 'said') update_option('fks_pull_state', ['error' => $one, 'detail' => $two] + fks_pull_state());
if ($do === 'locale') update_user_meta(get_user_by('login', 'admin')->ID, 'locale', $one);
if ($do === 'scheduled') $answer = wp_next_scheduled('fks_pull');
if ($do === 'pull') fks_pull();
if ($do === 'pull' || $do === 'pulled') $answer = ['state' => fks_pull_state(), 'items' => array_map(function ($id) { $p = get_post($id); return ['id' => (string) $id, 'title' => $p->post_title, 'body' => $p->post_content]; }, array_keys(fks_pulled()))];
if ($do === 'due') { wp_clear_scheduled_hook('fks_pull'); wp_schedule_event(time() - 1, 'fks_ten_minutes', 'fks_pull'); }
echo json_encode($answer);
