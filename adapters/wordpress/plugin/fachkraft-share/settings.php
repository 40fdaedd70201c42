<?php // Settings → fachkraft-share: the feed, the hook, what the last fetch brought, and "fetch now".

defined('ABSPATH') || exit;

const FKS_SECRET_SHORTEST = 16;  // characters

add_action('admin_menu', function () {
    add_options_page('fachkraft-share', 'fachkraft-share', 'manage_options', 'fachkraft-share', 'fks_settings_page');
});

add_filter('plugin_action_links_fachkraft-share/fachkraft-share.php', function ($links) {
    $page = admin_url('options-general.php?page=fachkraft-share');
    return array_merge(['<a href="' . esc_url($page) . '">' . esc_html(fks_text('Einstellungen', 'Settings')) . '</a>'], $links);
});

add_action('admin_post_fks_save', function () {
    fks_settings_allowed('fks_save');
    fks_settings_back(fks_settings_save(wp_unslash($_POST)));
});

add_action('admin_post_fks_fetch', function () {
    fks_settings_allowed('fks_fetch');
    fks_pull();
    fks_settings_back(fks_pull_state()['error'] === '' ? 'fetched' : 'not_fetched');
});

function fks_settings_allowed($action) {
    if (!current_user_can('manage_options')) {
        wp_die(esc_html(fks_text('Das dürfen nur Administratoren.', 'Only administrators may do that.')), '', ['response' => 403]);
    }
    check_admin_referer($action);
}

function fks_settings_back($notice) {
    wp_safe_redirect(add_query_arg(['page' => 'fachkraft-share', 'fks_notice' => $notice], admin_url('options-general.php')));
    exit;
}

// Returns the name of a notice. An empty secret means: as before; nothing is saved when anything is wrong.
function fks_settings_save($sent) {
    $feed = trim((string) ($sent['fks_feed_url'] ?? ''));
    $hook = trim((string) ($sent['fks_hook_url'] ?? ''));
    $secret = (string) ($sent['fks_hook_secret'] ?? '');
    foreach (['bad_feed_url' => $feed, 'bad_hook_url' => $hook] as $notice => $url) {
        if ($url !== '' && (!fks_is_allowed_address($url) || esc_url_raw($url) !== $url)) {
            return $notice;
        }
    }
    if ($secret !== '' && strlen($secret) < FKS_SECRET_SHORTEST) {
        return 'bad_secret';
    }
    update_option('fks_hook_url', $hook);
    if ($secret !== '' || !empty($sent['fks_forget_secret'])) {
        update_option('fks_hook_secret', $secret, false);
    }
    return fks_settings_feed($feed) ? 'saved' : 'saved_not_fetched';
}

function fks_settings_feed($feed) {
    if ($feed === get_option('fks_feed_url', '')) {
        return true;
    }
    fks_pull_forget();
    update_option('fks_feed_url', $feed);
    fks_pull();
    return fks_pull_state()['error'] === '';
}

// The page ----------------------------------------------------------------------------------------

function fks_settings_notice($name) {
    $texts = [
        'saved' => fks_text('Gespeichert.', 'Saved.'),
        'fetched' => fks_text('Der Feed wurde abgerufen.', 'The feed was fetched.'),
        'not_fetched' => fks_text('Der Feed konnte nicht abgerufen werden; warum, steht unten.', 'The feed could not be fetched; see below why.'),
        'saved_not_fetched' => fks_text('Gespeichert, aber der Feed konnte nicht abgerufen werden; warum, steht unten.', 'Saved, but the feed could not be fetched; see below why.'),
        'bad_feed_url' => fks_text('Nicht gespeichert: Die Adresse des Feeds muss mit https:// beginnen.', 'Not saved: the feed’s address must begin with https://.'),
        'bad_hook_url' => fks_text('Nicht gespeichert: Die Adresse für Meldungen muss mit https:// beginnen.', 'Not saved: the address for hooks must begin with https://.'),
        'bad_secret' => fks_text('Nicht gespeichert: Das Geheimnis braucht mindestens 16 Zeichen.', 'Not saved: the secret needs at least 16 characters.'),
    ];
    if (isset($texts[$name])) {
        $kind = in_array($name, ['saved', 'fetched'], true) ? 'success' : 'error';
        echo '<div class="notice notice-' . esc_attr($kind) . ' is-dismissible"><p>' . esc_html($texts[$name]) . '</p></div>';
    }
}

// What went wrong, in words that say what to do.
function fks_pull_error_text($code, $detail) {
    $texts = [
        'address' => fks_text('Die Adresse des Feeds muss mit https:// beginnen.', 'The feed’s address must begin with https://.'),
        'unreachable' => fks_text('Der Feed ist nicht erreichbar: ', 'The feed cannot be reached: ') . $detail,
        'status' => fks_text('Statt des Feeds kam eine Antwort mit dem Status ', 'Instead of the feed came an answer with the status ') . $detail . '.',
        'size' => fks_text('Der Feed ist zu groß (höchstens 10.000 Einträge und 16 MB).', 'The feed is too large (at most 10,000 items and 16 MB).'),
        'format' => fks_text('Die Antwort ist kein JSON Feed 1.1.', 'The answer is no JSON Feed 1.1.'),
        'generated' => fks_text('Der Feed gibt eine Zeit an, die in der Zukunft liegt oder keine ist.', 'The feed names a time that lies ahead or is none.'),
        'older' => fks_text('Der Feed ist älter als der letzte, wohl aus einem Zwischenspeicher.', 'The feed is older than the last one, from a cache presumably.'),
        'item' => fks_text('Nicht verstanden wurde Eintrag ', 'Not understood: item ') . $detail . '.',
        'write' => fks_text('WordPress konnte einen Eintrag nicht speichern: ', 'WordPress could not store an item: ') . $detail,
    ];
    return $texts[$code] ?? $code;
}

function fks_settings_time($time) {
    return $time ? wp_date(get_option('date_format') . ', ' . get_option('time_format'), $time) : fks_text('noch nie', 'never');
}

function fks_settings_result($state) {
    if ($state['error'] !== '') {
        $hidden = fks_text(' Seit einer Stunde gelang kein Abruf: Nichts daraus wird gezeigt.', ' No fetch succeeded for an hour: nothing of it is shown.');
        return fks_pull_error_text($state['error'], $state['detail']) . (fks_pull_is_stale() ? $hidden : '');
    }
    return $state['tried'] ? sprintf(fks_text('In Ordnung, %d Einträge im Feed.', 'Fine, %d items in the feed.'), $state['count']) : '–';
}

function fks_settings_next($feed) {
    $next = $feed === '' ? false : wp_next_scheduled('fks_pull');
    $visit = fks_text(', mit dem ersten Besuch danach', ', with the first visit after that');
    return $next ? fks_settings_time($next) . $visit : '–';
}

function fks_settings_page() {
    if (!current_user_can('manage_options')) {
        return;
    }
    $state = fks_pull_state();
    $feed = get_option('fks_feed_url', '');
    $has_secret = get_option('fks_hook_secret', '') !== '';
    echo '<div class="wrap"><h1>fachkraft-share</h1>';
    fks_settings_notice(isset($_GET['fks_notice']) ? sanitize_key($_GET['fks_notice']) : '');
    require __DIR__ . '/page.php';
    echo '</div>';
}
