#!/bin/bash
# Start a real WordPress on loopback for the tests: site.sh up debian|npm:VERSION, site.sh down.
# D is an empty folder, P a free port, PLUGIN the plugin's folder; down needs D only.
set -eu
up() { for _ in $(seq 240); do curl -fs -o /dev/null "$1" && return; sleep 0.25; done; return 1; }
wp_debian() {
  local user=()
  if [ "$(id -u)" -eq 0 ]; then user=(--user=mysql); fi  # it refuses to run as root
  cp -rL /usr/share/wordpress "$D/www"
  mariadb-install-db --no-defaults "${user[@]}" --datadir="$D/db" --auth-root-authentication-method=normal >/dev/null
  mariadbd --no-defaults "${user[@]}" --datadir="$D/db" --socket="$D/db/s.sock" --skip-networking > "$D/db.log" 2>&1 & echo $! > "$D/db.pid"
  for i in $(seq 100); do mariadb-admin -S "$D/db/s.sock" -uroot ping >/dev/null 2>&1 && break; sleep 0.3; done
  mariadb -S "$D/db/s.sock" -uroot -e "create database wp; create user wp@localhost identified by 'wp'; grant all on wp.* to wp@localhost"
}
wp_npm() {     # wp_npm 6.5
  (cd "$D" && if [ -n "${FKS_WORDPRESS_BUILDS:-}" ]; then cp "$FKS_WORDPRESS_BUILDS" .; else npm pack @wp-playground/wordpress-builds@0.9.19 --loglevel=error >/dev/null; fi && tar xzf ./*.tgz package/src)
  unzip -q "$D/package/src/wordpress/wp-$1.zip" -d "$D/www"; C="$D/www/wp-content"; mkdir -p "$C/plugins"
  rm -f "$C/database/.ht.sqlite"
  unzip -q "$D/package/src/sqlite-database-integration/sqlite-database-integration.zip" -d "$C/plugins"; mv "$C/plugins/sqlite-database-integration-main" "$C/plugins/sqlite"
  sed "s#{SQLITE_IMPLEMENTATION_FOLDER_PATH}#$C/plugins/sqlite#; s#{SQLITE_PLUGIN}#sqlite/load.php#" "$C/plugins/sqlite/db.copy" > "$C/db.php"
}
wp_up() {
  C="$D/www/wp-content"; mkdir -p "$C/mu-plugins" "$C/uploads" "$C/database" "$C/themes/fks"; rm -rf "$C/plugins/fachkraft-share"
  (cd "$(dirname "$PLUGIN")" && python3 -m zipfile -c "$D/fachkraft-share.zip" "$(basename "$PLUGIN")")  # as the documentation says
  unzip -q "$D/fachkraft-share.zip" -d "$C/plugins"
  printf '/*\nTheme Name: fks\n*/' > "$C/themes/fks/style.css"; echo '<?php wp_robots(); while (have_posts()) { the_post(); the_title(); the_content(); }' > "$C/themes/fks/index.php"
  cat > "$D/www/wp-config.php" <<'PHP'
<?php foreach (['DB_NAME', 'DB_USER', 'DB_PASSWORD'] as $k) define($k, 'wp');
define('DB_HOST', 'localhost:' . getenv('D') . '/db/s.sock'); define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_DEFAULT_THEME', 'fks');
foreach (['WP_HTTP_BLOCK_EXTERNAL', 'DISABLE_WP_CRON', 'AUTOMATIC_UPDATER_DISABLED'] as $k) define($k, true); define('WP_ACCESSIBLE_HOSTS', '127.0.0.1');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $k) { define($k . '_KEY', "test $k key"); define($k . '_SALT', "test $k salt"); }
$table_prefix = 'wp_'; if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/'); require ABSPATH . 'wp-settings.php';
PHP
  cat > "$D/install.php" <<'PHP'
<?php $u = 'http://127.0.0.1:' . getenv('P'); $_SERVER += ['HTTP_HOST' => substr($u, 7), 'SERVER_NAME' => '127.0.0.1', 'REQUEST_METHOD' => 'GET'];
define('WP_INSTALLING', true); require getenv('D') . '/www/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('FKS', 'admin', 'admin@example.org', true, '', 'adminpass');
update_option('siteurl', $u); update_option('home', $u); update_option('permalink_structure', '/%postname%/'); flush_rewrite_rules(false);
$bot = new WP_User(wp_create_user('fksbot', 'botpass', 'bot@example.org')); $bot->set_role('author');
file_put_contents(getenv('D') . '/apppass', WP_Application_Passwords::create_new_application_password($bot->ID, ['name' => 'fks'])[0]);
PHP
  cat > "$D/router.php" <<'PHP'
<?php require getenv('D') . '/trouble.php';
$p = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH); $r = $_SERVER['DOCUMENT_ROOT'];
if ($p !== '/' && is_file($r . $p)) return false; $_SERVER['SCRIPT_NAME'] = '/index.php'; chdir($r); require $r . '/index.php';
PHP
  cp "$(dirname "$0")"/*.php "$D/"
  php -d sendmail_path=/bin/true "$D/install.php"
  php "$D/probe.php" activate
  PHP_CLI_SERVER_WORKERS=4 setsid php -d sendmail_path=/bin/true -S 127.0.0.1:$P -t "$D/www" "$D/router.php" > "$D/php.log" 2>&1 & echo $! > "$D/php.pid"
  up http://127.0.0.1:$P/wp-json/
}
gone() { for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done; }
wp_down() {  # what never started needs no stopping
  if [ -f "$D/php.pid" ]; then kill -- "-$(cat "$D/php.pid")" 2>/dev/null || true; fi  # the group: workers outlive their parent
  if [ -f "$D/db.pid" ]; then kill "$(cat "$D/db.pid")" 2>/dev/null || true; gone "$(cat "$D/db.pid")"; fi  # it writes until it ends
}
watch() {  # whoever started it may be killed and never say "down"
  while [ -d "$D" ] && kill -0 "$1" 2>/dev/null; do sleep 2; done
  if [ -d "$D" ]; then wp_down; rm -rf "$D"; fi
}
case "$1" in
  watch) watch "$2" ;;
  up) setsid bash "$0" watch "$PPID" >/dev/null 2>&1 </dev/null &
    case "$2" in debian) wp_debian ;; npm:*) wp_npm "${2#npm:}" ;; esac; wp_up ;;
  down) wp_down ;;
esac
