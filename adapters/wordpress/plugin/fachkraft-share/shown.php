<?php // What the public sees: nothing whose time is over, whoever asks and whatever does not run.

defined('ABSPATH') || exit;

const FKS_PULLED_SECONDS = 3600;  // what was pulled is shown so long after the last successful fetch

function fks_is_over($post) {
    $until = (int) get_post_meta($post->ID, 'fks_valid_until', true);
    return $until <= time() || (fks_is_pulled($post) && fks_pull_is_stale());
}

// A last success in the future is a clock that was set back: nobody knows how old it is.
function fks_pull_is_stale() {
    $age = time() - fks_pull_state()['succeeded'];
    return $age >= FKS_PULLED_SECONDS || $age < -300;
}

// Asked at reading: an item goes from the public though nobody reaches the site any more.
add_filter('posts_results', function ($posts, $query) {
    if (defined('FKS_ALL') || (is_admin() && current_user_can('edit_posts'))) {
        return $posts;
    }
    // Readers of RSS keep what they fetched; nothing takes it back from them.
    $copied = $query->is_feed();
    return array_values(array_filter($posts, function ($post) use ($copied) {
        return !is_object($post) || $post->post_type !== 'fks_item' || (!$copied && !fks_is_over($post));
    }));
}, 10, 2);

// So do search engines: only a page that is an activity's or an invitation's alone may be found by them.
add_filter('wp_robots', function ($robots) {
    $post = is_singular() ? get_queried_object() : null;
    $lists = is_post_type_archive('fks_item') || ($post && has_shortcode($post->post_content, 'fachkraft-share'));
    $person = $post && $post->post_type === 'fks_item' && !in_array(get_post_meta($post->ID, 'fks_kind', true), ['activity', 'invitation'], true);
    return $lists || $person ? wp_robots_no_robots($robots) : $robots;
});

add_filter('wp_sitemaps_post_types', function ($types) {
    unset($types['fks_item']);
    return $types;
});

add_filter('oembed_request_post_id', function ($id) {
    return get_post_type($id) === 'fks_item' ? 0 : $id;
});

// A theme's links to the neighbours ask the table themselves, so they would show what is over.
foreach (['previous', 'next'] as $fks_way) {
    add_filter("get_{$fks_way}_post_where", function ($where, $same, $without, $taxonomy, $post) {
        return $post->post_type === 'fks_item' ? "$where AND 1 = 0" : $where;
    }, 10, 5);
}

add_action('init', function () {
    add_shortcode('fachkraft-share', 'fks_shortcode');
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
