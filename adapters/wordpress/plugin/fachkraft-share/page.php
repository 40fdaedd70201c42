<?php defined('ABSPATH') || exit; // The forms of the settings page; `fks_settings_page` gives $feed, $state and $has_secret. ?>
<form method="post" action="<?php echo esc_url(admin_url('admin-post.php')); ?>">
    <input type="hidden" name="action" value="fks_save">
    <?php wp_nonce_field('fks_save'); ?>
    <table class="form-table" role="presentation">
        <tr>
            <th scope="row"><label for="fks_feed_url"><?php echo esc_html(fks_text('Adresse des Feeds', 'Address of the feed')); ?></label></th>
            <td>
                <input type="url" class="regular-text code" id="fks_feed_url" name="fks_feed_url" value="<?php echo esc_attr($feed); ?>" placeholder="https://" aria-describedby="fks_feed_url_help">
                <p class="description" id="fks_feed_url_help"><?php echo esc_html(fks_text(
                    'Der JSON-Feed Ihrer Allianz. Er wird alle zehn Minuten abgerufen; gelingt das eine Stunde lang nicht, wird nichts mehr daraus gezeigt. Leer: Es wird nichts abgerufen, und alles Abgerufene ist gelöscht.',
                    'Your alliance’s JSON feed. It is fetched every ten minutes; when that fails for an hour, nothing of it is shown any more. Empty: nothing is fetched, and all that was fetched is erased.'
                )); ?></p>
            </td>
        </tr>
        <tr>
            <th scope="row"><label for="fks_hook_url"><?php echo esc_html(fks_text('Adresse für Meldungen', 'Address for hooks')); ?></label></th>
            <td>
                <input type="url" class="regular-text code" id="fks_hook_url" name="fks_hook_url" value="<?php echo esc_attr(get_option('fks_hook_url', '')); ?>" placeholder="https://" aria-describedby="fks_hook_url_help">
                <p class="description" id="fks_hook_url_help"><?php echo esc_html(fks_text(
                    'Wohin gemeldet wird, welcher zugesandte Eintrag hier geändert wurde. Nicht nötig, wenn nur der Feed abgerufen wird.',
                    'Where it is told which pushed item was changed here. Not needed when only the feed is fetched.'
                )); ?></p>
            </td>
        </tr>
        <tr>
            <th scope="row"><label for="fks_hook_secret"><?php echo esc_html(fks_text('Geheimnis für Meldungen', 'Secret for hooks')); ?></label></th>
            <td>
                <input type="password" class="regular-text" id="fks_hook_secret" name="fks_hook_secret" value="" autocomplete="new-password" aria-describedby="fks_hook_secret_help">
                <p class="description" id="fks_hook_secret_help"><?php echo esc_html($has_secret
                    ? fks_text('Es ist eines gespeichert. Leer lassen, um es zu behalten.', 'One is stored. Leave empty to keep it.')
                    : fks_text('Mindestens 16 Zeichen; dasselbe wie bei der Allianz. Ohne Geheimnis wird nichts gemeldet.', 'At least 16 characters; the same as at the alliance. Without it nothing is told.')); ?></p>
                <?php if ($has_secret) : ?>
                    <p><label><input type="checkbox" name="fks_forget_secret" value="1"> <?php echo esc_html(fks_text('Geheimnis löschen', 'Erase the secret')); ?></label></p>
                <?php endif; ?>
            </td>
        </tr>
    </table>
    <?php submit_button(fks_text('Speichern', 'Save')); ?>
</form>
<h2><?php echo esc_html(fks_text('Letzter Abruf', 'Last fetch')); ?></h2>
<table class="form-table" role="presentation">
    <tr><th scope="row"><?php echo esc_html(fks_text('Versucht', 'Tried')); ?></th><td><?php echo esc_html(fks_settings_time($state['tried'])); ?></td></tr>
    <tr><th scope="row"><?php echo esc_html(fks_text('Zuletzt gelungen', 'Last success')); ?></th><td><?php echo esc_html(fks_settings_time($state['succeeded'])); ?></td></tr>
    <tr><th scope="row"><?php echo esc_html(fks_text('Ergebnis', 'Result')); ?></th><td><?php echo esc_html(fks_settings_result($state)); ?></td></tr>
    <tr><th scope="row"><?php echo esc_html(fks_text('Nächster Abruf', 'Next fetch')); ?></th><td><?php echo esc_html(fks_settings_next($feed)); ?></td></tr>
</table>
<form method="post" action="<?php echo esc_url(admin_url('admin-post.php')); ?>">
    <input type="hidden" name="action" value="fks_fetch">
    <?php wp_nonce_field('fks_fetch'); ?>
    <?php submit_button(fks_text('Jetzt abrufen', 'Fetch now'), 'secondary', 'fks_fetch', true, $feed === '' ? ['disabled' => 'disabled'] : []); ?>
</form>
